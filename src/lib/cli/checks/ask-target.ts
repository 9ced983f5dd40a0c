import {performCheck} from '../../engine/check.js'
import type {Outcome, TargetAnswer} from '../../engine/outcome.js'
import {duration} from '../../report/duration.js'
import {realClock} from '../clock.js'
import type {Environment} from '../environment.js'
import {endOf} from '../errors.js'
import {CHECKS} from '../registry.js'
import {openSystems} from '../systems.js'
import {DEFAULT_CHECKS} from './default-checks.js'
import {nameOf, type Target} from './targets.js'

export interface Limits {
  /** Targets at a time. */
  width: number
  /** What one target may take. */
  limitMs: number
}

/** How long letting go of connections may take, once there is an answer. */
const CLOSE_MS = 1000

/**
 * One target's check within its time. What does not end when it is told to is left behind: nothing waits for it.
 * @returns undefined when it was stopped before there was an answer
 */
export async function askTarget(
  target: Target,
  {limitMs}: Pick<Limits, 'limitMs'>,
  inventory: string | undefined,
  at: Environment,
  stop: AbortSignal,
): Promise<TargetAnswer | undefined> {
  const began = realClock.now()
  const limit = new AbortController()
  const over = new AbortController()
  const timer = realClock.sleep(limitMs, AbortSignal.any([stop, over.signal])).then(() => limit.abort())
  const asked = outcomeOf(target, inventory, at, AbortSignal.any([stop, limit.signal]))
  const outcome = await Promise.race([asked, timer.then(() => undefined)])
  // Whatever a check makes of being told to stop is no answer.
  const late = limit.signal.aborted
  over.abort()
  if (stop.aborted) return undefined
  const found = outcome && !late ? outcome : tooLate(limitMs)
  return {
    target: nameOf(target),
    ...found,
    command: DEFAULT_CHECKS[target.system].command(target.name),
    ms: realClock.now() - began,
  }
}

async function outcomeOf(
  {system, name}: Target,
  inventory: string | undefined,
  at: Environment,
  signal: AbortSignal,
): Promise<Found> {
  const systems = openSystems(inventory, at)
  try {
    const load = CHECKS[`${system}.check`]
    if (!load) throw new Error(`no check ${system}.check`)
    const [check, input] = await Promise.all([load(), DEFAULT_CHECKS[system].input(name, inventory, at)])
    return answerOf(await performCheck(check, systems, input, realClock, signal))
  } catch (error) {
    return answerOf(endOf(error as Error, `${system}:check`))
  } finally {
    await Promise.race([systems.close().catch(() => {}), realClock.sleep(CLOSE_MS)])
  }
}

type Found = Pick<TargetAnswer, 'answer' | 'says' | 'because' | 'findings'>

const ANSWERS = {healthy: 'ok', unreachable: 'unreachable', bug: 'bug'} as const

/** A target whose settings cannot be used answers no: nobody knows that it is well. */
function answerOf({verdict, says, because, findings}: Outcome): Found {
  const answer = verdict in ANSWERS ? ANSWERS[verdict as keyof typeof ANSWERS] : 'no'
  return {answer, says, because: findings.length > 0 ? because : [says, ...because], findings}
}

function tooLate(limitMs: number): Found {
  const says = `no answer within ${duration(limitMs)}`
  return {answer: 'timed-out', says, because: [says], findings: []}
}
