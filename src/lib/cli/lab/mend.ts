import {EarlyEnd} from '../../engine/early.js'
import type {Environment} from '../environment.js'
import {named} from './break.js'
import type {Said} from './machine.js'

/** Puts one trouble right, or all of them, and what those that are over have left behind. */
export async function labMendCommand(name: string | undefined, at: Environment): Promise<Said> {
  const wanted = name === undefined ? undefined : (await named(name)).name
  const [{incidents, inForce, leftBehind}, {mendLab}] = await Promise.all([
    import('../../lab/incidents.js'),
    import('../../lab/breaking.js'),
  ])
  const all = (await incidents(at)).filter((one) => inForce(one) || leftBehind(one))
  const chosen = all.filter((one) => wanted === undefined || one.name === wanted)
  if (chosen.length === 0 && wanted !== undefined)
    throw new EarlyEnd('refused', `${wanted} is not in force`, [], ['redeye lab break'])
  for (const one of chosen) {
    process.stderr.write(`mending ${one.name}\n`)
    await mendLab(one, at).catch((error: Error) => {
      throw new EarlyEnd(
        'unreachable',
        `${one.name} could not be mended: ${error.message}`,
        [],
        ['redeye lab status', `redeye lab down ${one.part} && redeye lab up ${one.part}`],
      )
    })
  }
  return {
    lines:
      chosen.length === 0
        ? ['nothing is broken on purpose']
        : chosen.map((one) =>
            inForce(one) ? `${one.name} is mended.` : `${one.name} was over; its traces are gone.`,
          ),
    json: {mended: chosen.map((one) => one.name)},
  }
}
