import type {TargetAnswer} from '../../engine/outcome.js'
import type {Environment} from '../environment.js'
import {askTarget, type Limits} from './ask-target.js'
import {nameOf, type Target} from './targets.js'

/**
 * Asks every target, so many at a time, and gives the answers in the order of the targets. Those that a stop came before are missing.
 * @param told who has not answered yet, at first and whenever another one has
 */
export async function askAll(
  targets: readonly Target[],
  limits: Limits,
  inventory: string | undefined,
  at: Environment,
  stop: AbortSignal,
  told: (waitingFor: string[]) => void,
): Promise<TargetAnswer[]> {
  const answers = new Map<Target, TargetAnswer>()
  const waiting = [...targets]
  let accounts: Promise<unknown> = Promise.resolve()

  const tell = () => told(targets.filter((one) => !answers.has(one)).map(nameOf))
  const ask = async (target: Target) => {
    const answer = await askTarget(target, limits, inventory, at, stop)
    if (answer) answers.set(target, answer)
    tell()
  }
  /** The profile of an account is in the environment of this whole process: one after the other, and put back. */
  const askAccount = (target: Target) => {
    const before = at.env.AWS_PROFILE
    accounts = accounts
      .then(() => ask(target))
      .finally(() => {
        if (before === undefined) delete at.env.AWS_PROFILE
        else at.env.AWS_PROFILE = before
      })
    return accounts
  }
  const lane = async () => {
    for (let target = waiting.shift(); target && !stop.aborted; target = waiting.shift())
      await (target.system === 'aws' ? askAccount(target) : ask(target))
  }
  tell()
  await Promise.all(Array.from({length: limits.width}, lane))
  return targets.flatMap((target) => answers.get(target) ?? [])
}
