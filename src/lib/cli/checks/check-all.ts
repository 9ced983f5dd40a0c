import type {Outcome} from '../../engine/outcome.js'
import {tapLines} from '../../report/tap.js'
import {realClock} from '../clock.js'
import type {Environment} from '../environment.js'
import {finish} from '../finish.js'
import type {CommonFlags} from '../flags.js'
import {catchSignals} from '../signals.js'
import {UsageError} from '../usage-error.js'
import {junitFile} from './junit-file.js'
import {leaveBehind} from './leave-behind.js'
import {askOnce, type Round} from './round.js'
import {statusLine, waitingText} from './status-line.js'
import {targetsOf} from './targets.js'

export interface CheckFlags extends CommonFlags {
  width: number
  /** Milliseconds. */
  limit: number
  junit?: string | undefined
  tap: boolean
  watch?: number | undefined
  'since-ok': boolean
}

const LEAST_WATCH_MS = 1000

/** Asks every target that is meant, and prints what they answered as one outcome; again and again with `--watch`. */
export async function checkAll(words: readonly string[], flags: CheckFlags, at: Environment): Promise<void> {
  if (flags.watch !== undefined && flags.watch < LEAST_WATCH_MS)
    throw new UsageError('--watch: at least 1s between two rounds')
  if (flags.limit <= 0) throw new UsageError('--limit: a target needs some time, such as 30s')
  if (at.within && flags.watch !== undefined) throw new UsageError('--watch does not end: not in a document')
  const targets = await targetsOf(words, flags.inventory, at)
  at.within?.reading()
  const write = flags.junit === undefined ? undefined : await junitFile(flags.junit, at)
  const signals = catchSignals(() => {})
  const round: Round = async (told) => {
    const began = realClock.now()
    const outcome = await askOnce(targets, flags, at, signals.abort, told)
    if (outcome.verdict !== 'interrupted') await write?.(outcome, began)
    return outcome
  }
  try {
    if (at.within) return at.within.answered(await once(round, targets.length, at))
    if (flags.watch === undefined) print(await once(round, targets.length, at), flags)
    else {
      const {watch} = await import('./watch.js')
      await watch(round, targets.length, flags.watch, at, signals.abort)
    }
  } finally {
    signals.release()
  }
  await leaveBehind()
}

async function once(round: Round, count: number, at: Environment): Promise<Outcome> {
  const line = statusLine(at)
  try {
    return await round((waitingFor) => line.show(waitingText(waitingFor, count)))
  } finally {
    line.clear()
  }
}

function print(outcome: Outcome, flags: CheckFlags): void {
  if (flags.tap) finish(outcome, false, undefined, tapLines)
  else finish(outcome, flags.json)
}
