import {type Step, step} from '../../../engine/step.js'
import {
  type Candidate,
  cleanApt,
  lookAtFiles,
  surveyDisk,
  vacuumJournal,
} from '../../../systems/linux/disk.js'
import type {Class} from '../../../systems/linux/disk-classes.js'
import type {LinuxSystems} from '../../../systems/linux/host.js'
import {bytesText} from '../bytes.js'
import {bytesOf, filesOf} from '../disk-classes.js'
import type {CleanFacts, CleanInput} from '../disk-input.js'
import {holdersText} from '../guards/disk.js'

const PATIENCE_MS = 20_000
const MEASURE_MS = 5000
const SAYS: Readonly<Record<Class, string>> = {
  journal: 'let journald drop its oldest files',
  apt: 'empty the package cache of apt',
  'logs-rotated': 'delete rotated logs',
  core: 'delete core dumps',
  tmp: 'delete old temporary files',
}

/**
 * One class of files. They were listed when the plan was made; what was changed, replaced or opened under that name since is
 * left alone, and so is whatever came later.
 */
export function cleanStep(systems: LinuxSystems, asked: CleanInput, facts: CleanFacts, name: Class): Step {
  const files = filesOf(name, facts.candidates, asked.keepBytes)
  const look = async (act: 'look' | 'delete', signal: AbortSignal) =>
    await lookAtFiles(await systems.linux(asked.host), files, facts.device, act, signal)
  return step<null>({
    id: name,
    says: `${SAYS[name]}: ${files.length} ${files.length === 1 ? 'file' : 'files'}, ${bytesText(bytesOf(files))}`,
    async probe(signal) {
      const {left, gone, other} = await look('look', signal)
      const changed = other > 0 ? `, ${other} are other files by now and stay` : ''
      return {reached: left === 0, saw: `${left} there, ${gone} gone${changed}`, before: null}
    },
    async apply(signal) {
      const host = await systems.linux(asked.host)
      if (name === 'journal') await vacuumJournal(host, Math.max(1, asked.keepBytes), signal)
      else if (name === 'apt') await cleanApt(host, signal)
      else await look('delete', signal)
    },
    patienceMs: PATIENCE_MS,
    undo: {kind: 'leave', why: 'what is deleted is gone'},
    irreversible: 'what is deleted is gone',
  })
}

/** Deleted is not yet free: whoever holds a file open, or a snapshot, keeps its space. */
export function measureStep(systems: LinuxSystems, asked: CleanInput, facts: CleanFacts): Step {
  return step<null>({
    id: 'measure',
    says: `see whether ${asked.mount} has its space back`,
    async probe(signal) {
      const host = await systems.linux(asked.host)
      const now = await surveyDisk(host, asked.mount, asked.days, signal)
      const gone = await goneBytes(systems, asked, facts, signal)
      const back = (facts.fs?.used ?? 0) - (now.fs?.used ?? 0)
      const saw = `${bytesText(Math.max(0, back))} of ${bytesText(gone)} came back, ${bytesText(now.fs?.free ?? 0)} free`
      if (gone === 0) return {reached: true, saw: 'nothing was deleted', before: null}
      if (back >= gone * 0.9) return {reached: true, saw, before: null}
      const holders = now.deleted.length > 0 ? `; held by ${holdersText(now.deleted)}` : ''
      return {reached: false, saw: `${saw}${holders}`, before: null}
    },
    patienceMs: MEASURE_MS,
    pollMs: 1000,
    undo: {kind: 'leave', why: 'it only looks'},
  })
}

async function goneBytes(
  systems: LinuxSystems,
  asked: CleanInput,
  facts: CleanFacts,
  signal: AbortSignal,
): Promise<number> {
  const host = await systems.linux(asked.host)
  let sum = 0
  for (const one of facts.classes) {
    const files: Candidate[] = filesOf(one.class, facts.candidates, asked.keepBytes)
    sum += (await lookAtFiles(host, files, facts.device, 'look', signal)).goneBytes
  }
  return sum
}
