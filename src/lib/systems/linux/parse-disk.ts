import {CLASSES, type Class} from './disk-classes.js'
import {valuesOf} from './unit.js'

/** A file system; sizes in bytes. */
export type Fs = {
  kind: string
  size: number
  used: number
  free: number
  device: string
  where: string
  /** 0 where it counts none (btrfs). */
  inodes: number
  inodesUsed: number
  readOnly: boolean
}

/** A file that may go, as it was seen: whatever differs later is another one. */
export type Candidate = {
  class: Class
  device: number
  inode: number
  size: number
  /** Of its last change, seconds since the epoch. */
  seconds: number
  /** What it occupies, bytes. */
  bytes: number
  path: string
}

export type Deleted = {inode: number; size: number; pid: number; unit: string; path: string}

export function fsIn(text: string): Fs[] {
  const inodes = new Map(
    valuesOf(text, 'Inodes').map((line) => {
      const [total = '', used = '', ...where] = line.split(' ')
      return [where.join(' '), {inodes: count(total), inodesUsed: count(used)}]
    }),
  )
  const readOnly = new Set(valuesOf(text, 'ReadOnly'))
  const all = valuesOf(text, 'Fs').flatMap((line) => {
    const [kind = '', size = '', used = '', free = '', device = '', ...rest] = line.split(' ')
    const where = rest.join(' ')
    if (where === '') return []
    return [
      {
        kind,
        size: count(size),
        used: count(used),
        free: count(free),
        device,
        where,
        ...(inodes.get(where) ?? {inodes: 0, inodesUsed: 0}),
        readOnly: readOnly.has(where),
      },
    ]
  })
  return all.filter(({where}, at) => all.findIndex((one) => one.where === where) === at)
}

export function candidatesIn(text: string): Candidate[] {
  return valuesOf(text, 'File').flatMap((line) => {
    const [kind = '', device = '', inode = '', size = '', changed = '', blocks = '', ...rest] =
      line.split(' ')
    const known = CLASSES.find((one) => one === kind)
    const path = rest.join(' ')
    if (!known || !path.startsWith('/')) return []
    return [
      {
        class: known,
        device: count(device),
        inode: count(inode),
        size: count(size),
        seconds: Math.floor(Number(changed)),
        // find(1), %b: blocks of 512 bytes.
        bytes: count(blocks) * 512,
        path,
      },
    ]
  })
}

/** A file that several processes hold is one: the first of them is named. */
export function deletedIn(text: string): Deleted[] {
  const held = valuesOf(text, 'Deleted').flatMap((line) => {
    const [inode = '', size = '', pid = '', unit = '', ...path] = line.split(' ')
    if (count(size) === 0) return []
    return [
      {
        inode: count(inode),
        size: count(size),
        pid: count(pid),
        unit: unit === '-' ? '' : unit,
        path: path.join(' ').replace(/ \(deleted\)$/, ''),
      },
    ]
  })
  return held.filter(({inode}, at) => held.findIndex((one) => one.inode === inode) === at)
}

function count(text: string): number {
  return /^\d{1,16}$/.test(text) ? Number(text) : 0
}
