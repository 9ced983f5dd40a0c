import type {Host} from '../../../systems/vsphere/model.js'
import {best} from './best.js'
import type {Board} from './board.js'
import type {Unit} from './unit.js'

const TRIES = 200

/**
 * Lets one earlier unit go elsewhere so that this one fits where that one was to go. Only that host gains room, so
 * only there this unit can fit newly. Returns whether it worked; if not, nothing is changed.
 */
export function makeRoom(unit: Unit, candidates: readonly Host[], board: Board): boolean {
  let tries = 0
  for (const [earlier, host] of [...board.placed]) {
    if (tries >= TRIES) return false
    board.take(earlier)
    if (!board.refuses(unit, host)) {
      tries += 1
      board.put(unit, host)
      const elsewhere = best(
        earlier,
        candidates.filter(({ref}) => ref !== host.ref),
        board,
      )
      if (elsewhere) {
        board.put(earlier, elsewhere)
        return true
      }
      board.take(unit)
    }
    board.put(earlier, host)
  }
  return false
}
