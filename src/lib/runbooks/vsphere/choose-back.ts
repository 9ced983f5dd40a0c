import type {Vm} from '../../systems/vsphere/model.js'
import {unfit} from './candidates.js'
import {groundOf} from './choose.js'
import type {Facts} from './facts.js'
import type {RestoreInput} from './input.js'
import {place} from './placement/place.js'
import type {Planned} from './placement/placement.js'
import {bySize} from './placement/unit.js'

export interface Back {
  /** Smallest first: most VMs are back soonest. */
  moves: Planned[]
  staying: {name: string; why: string}[]
}

/** Which of the VMs that left may come back: those that nobody has moved on, and that fit by the same rules as ever. */
export function chooseBack(asked: RestoreInput, facts: Facts): Back {
  if (!asked.moveBack) return {moves: [], staying: []}
  const found = asked.moved.map((one) => ({...one, seen: facts.vms.find(({ref}) => ref === one.vm)}))
  const movable = found.flatMap(({seen, targets}) => (seen && targets.includes(seen.host) ? [seen] : []))
  const {moves, unplaced} = placeBack(movable, asked, facts)
  return {
    moves: moves.toSorted((a, b) => bySize(b.vm, a.vm)),
    staying: [
      ...found.flatMap(({seen, name, targets}) => whyNot(seen, name, targets, facts)),
      ...unplaced.map(({vm, reasons}) => ({name: vm.name, why: reasons[0]?.reason.text ?? 'no room'})),
    ],
  }
}

/** The host as it will be once it has left maintenance mode. */
function placeBack(movable: readonly Vm[], asked: RestoreInput, facts: Facts) {
  const host = {...facts.host, inMaintenance: false}
  const candidates = unfit(host, facts) === '' ? [host] : []
  return place({...groundOf(asked, facts, {candidates}), source: ''}, movable)
}

function whyNot(
  seen: Vm | undefined,
  name: string,
  targets: readonly string[],
  {host, hosts}: Facts,
): Back['staying'] {
  if (!seen) return [{name, why: 'not in this cluster any more'}]
  if (seen.host === host.ref || targets.includes(seen.host)) return []
  const where = hosts.find(({ref}) => ref === seen.host)?.name ?? seen.host
  return [{name, why: `moved on to ${where} by somebody else`}]
}
