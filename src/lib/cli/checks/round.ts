import type {Outcome} from '../../engine/outcome.js'
import {realClock} from '../clock.js'
import type {Environment} from '../environment.js'
import {secrets} from '../secrets.js'
import {askAll} from './ask-all.js'
import {conclude} from './conclude.js'
import {keepLastOk, readLastOk} from './last-ok.js'
import {sinceOk} from './since-ok.js'
import type {Target} from './targets.js'

interface RoundFlags {
  inventory?: string | undefined
  width: number
  limit: number
  'since-ok': boolean
}

/** Asks all targets once. @param told who has not answered yet */
export type Round = (told: (waitingFor: string[]) => void) => Promise<Outcome>

export async function askOnce(
  targets: readonly Target[],
  flags: RoundFlags,
  at: Environment,
  stop: AbortSignal,
  told: (waitingFor: string[]) => void,
): Promise<Outcome> {
  const began = realClock.now()
  const limits = {width: flags.width, limitMs: flags.limit}
  const answers = await askAll(targets, limits, flags.inventory, at, stop, told)
  if (flags['since-ok'])
    for (const answer of answers)
      answer.sinceOk = sinceOk(secrets.redactAll(answer), await readLastOk(answer.target, at))
  const problem = await keepLastOk(answers, realClock.now(), at)
  if (problem !== undefined) process.stderr.write(`! ${problem}\n`)
  return conclude(answers, targets.length, realClock.now() - began)
}
