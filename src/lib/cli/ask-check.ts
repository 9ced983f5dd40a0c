import {performCheck} from '../engine/check.js'
import {realClock} from './clock.js'
import type {Environment} from './environment.js'
import {finish} from './finish.js'
import type {CommonFlags} from './flags.js'
import {CHECKS} from './registry.js'
import {catchSignals} from './signals.js'
import {openSystems} from './systems.js'

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
  const systems = openSystems(flags.inventory, at)
  const signals = catchSignals(() => {})
  try {
    finish(await performCheck(check, systems, input, realClock, signals.abort), flags.json)
  } finally {
    signals.release()
    systems.close()
  }
}
