import {performCheck} from '../engine/check.js'
import {realClock} from './clock.js'
import type {Environment} from './environment.js'
import {finish} from './finish.js'
import type {CommonFlags} from './flags.js'
import {reading} from './reading.js'
import {CHECKS} from './registry.js'

/** Asks a check and prints its answer. */
export async function askCheck(
  id: string,
  input: unknown,
  flags: CommonFlags,
  at: Environment,
): Promise<void> {
  const load = CHECKS[id]
  if (!load) throw new Error(`no check ${id}`)
  const check = await load()
  await reading(flags.inventory, at, async (systems, signal) => {
    const outcome = await performCheck(check, systems, input, realClock, signal)
    if (at.within) at.within.answered(outcome)
    else finish(outcome, flags.json)
  })
}
