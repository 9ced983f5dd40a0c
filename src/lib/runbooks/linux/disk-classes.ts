import type {Candidate} from '../../systems/linux/disk.js'
import {CLASSES, type Class} from '../../systems/linux/disk-classes.js'
import type {ClassFacts, CleanFacts, CleanInput} from './disk-input.js'

/** The files of a class that would go: of the journal only the oldest, beyond what is kept. */
export function filesOf(name: Class, candidates: readonly Candidate[], keepBytes: number): Candidate[] {
  const files = candidates
    .filter((one) => one.class === name)
    .sort((a, b) => a.seconds - b.seconds || (a.path < b.path ? -1 : 1))
  if (name !== 'journal') return files
  let left = bytesOf(files)
  return files.filter(({bytes}) => {
    if (left <= keepBytes) return false
    left -= bytes
    return true
  })
}

export function classesOf({classes, keepBytes}: CleanInput, candidates: readonly Candidate[]): ClassFacts[] {
  return CLASSES.filter((one) => classes.includes(one)).flatMap((one) => {
    const files = filesOf(one, candidates, keepBytes)
    if (files.length === 0) return []
    return [{class: one, files: files.length, bytes: bytesOf(files), oldestSec: files[0]?.seconds ?? 0}]
  })
}

export function bytesOf(files: readonly Candidate[]): number {
  return files.reduce((sum, {bytes}) => sum + bytes, 0)
}

/** Bytes that all of it gives. */
export function sumOf({classes}: Pick<CleanFacts, 'classes'>): number {
  return classes.reduce((sum, {bytes}) => sum + bytes, 0)
}
