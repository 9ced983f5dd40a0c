import type {Environment} from './environment.js'
import {catchSignals} from './signals.js'
import {openSystems, type Systems} from './systems.js'

/** Reads from systems and lets go of them, whatever happens; Ctrl-C ends the reading at once. */
export async function reading<T>(
  inventory: string | undefined,
  at: Environment,
  read: (systems: Systems, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  at.within?.reading()
  const systems = openSystems(inventory, at)
  const signals = catchSignals(() => {})
  try {
    return await read(systems, signals.abort)
  } finally {
    signals.release()
    await systems.close()
  }
}
