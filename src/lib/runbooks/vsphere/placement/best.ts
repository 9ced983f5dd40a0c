import type {Host} from '../../../systems/vsphere/model.js'
import type {Board} from './board.js'
import {compareText, type Unit} from './unit.js'

/** The least loaded afterwards; then the one with fewer arrivals; then by name. */
export function best(unit: Unit, hosts: readonly Host[], board: Board): Host | undefined {
  let found: {host: Host; score: number} | undefined
  for (const host of hosts) {
    if (board.refuses(unit, host)) continue
    const score = board.score(unit, host)
    const better =
      !found ||
      (score - found.score ||
        board.incoming(host) - board.incoming(found.host) ||
        compareText(host.name, found.host.name) ||
        compareText(host.ref, found.host.ref)) < 0
    if (better) found = {host, score}
  }
  return found?.host
}
