import type {Host, Vm} from '../../../systems/vsphere/model.js'
import {best} from './best.js'
import {type Board, boardOf} from './board.js'
import type {Ground, Reason} from './ground.js'
import {makeRoom} from './make-room.js'
import {inTurn} from './order.js'
import type {Placement, Planned, Unplaced} from './placement.js'
import {type Unit, unitsOf} from './unit.js'

/**
 * Gives every VM that must leave a target that breaks no rule and is not overloaded by it: the largest first, each to
 * the host that is least loaded afterwards; where nothing fits, one earlier unit makes room. Deterministic.
 */
export function place(ground: Ground, movable: readonly Vm[]): Placement {
  const board = boardOf(ground)
  const left = placeAll(unitsOf(ground, movable), ground, board)
  return {
    moves: inTurn([...board.placed].flatMap(([unit, to]) => planned(unit, to, ground, board))),
    unplaced: left.flatMap((unit) => unit.vms.map((vm) => ({vm, reasons: reasons(unit, ground, board)}))),
  }
}

/** Room made for one unit may be room for another that was given up before: goes on while that helps. */
function placeAll(units: readonly Unit[], {candidates}: Ground, board: Board): Unit[] {
  let waiting = [...units]
  for (;;) {
    const left = waiting.filter((unit) => {
      const to = best(unit, candidates, board)
      if (to) board.put(unit, to)
      return !to && !makeRoom(unit, candidates, board)
    })
    if (left.length === 0 || left.length === waiting.length) return left
    waiting = left
  }
}

function planned(unit: Unit, to: Host, ground: Ground, board: Board): Planned[] {
  board.take(unit)
  const others = ground.candidates.filter(({ref}) => ref !== to.ref)
  const next = unit.vms.length === 1 ? (best(unit, others, board) ?? null) : null
  const ruled = others.flatMap((host) => {
    const reason = board.refuses(unit, host)
    return reason?.code.startsWith('rule-') ? [{host, reason}] : []
  })
  board.put(unit, to)
  return unit.vms.map((vm) => ({vm, to, next, why: whyThere(ruled, next)}))
}

function whyThere(ruled: readonly {host: Host; reason: Reason}[], next: Host | null): string {
  const [first] = ruled
  if (first) {
    const hosts = ruled.filter(({reason}) => reason.text === first.reason.text).map(({host}) => host.name)
    return `${first.reason.text}: not ${hosts.slice(0, 3).join(', ')}${hosts.length > 3 ? ' ...' : ''}`
  }
  return next ? 'least loaded' : 'the only one that fits'
}

function reasons(unit: Unit, {candidates}: Ground, board: Board): Unplaced['reasons'] {
  return candidates.flatMap((host) => {
    const reason = board.refuses(unit, host)
    return reason ? [{host: host.name, reason}] : []
  })
}
