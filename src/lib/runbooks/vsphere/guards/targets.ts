import type {Finding} from '../../../engine/runbook.js'
import {doubt, few, pass, refuse} from '../../finding.js'
import type {Choice} from '../choose.js'
import type {EvacuateInput} from '../input.js'
import type {Unplaced} from '../placement/placement.js'

/** Every VM that must move has somewhere to go, apart from room. */
export function everyTarget(asked: Pick<EvacuateInput, 'maintenance'>, {placement}: Choice): Finding {
  const stuck = placement.unplaced.filter((one) => !onlyRoom(one))
  const [first] = stuck
  if (!first) return pass('no-target', `${placement.moves.length} VMs have a target`)
  const saw = `no target for ${few(stuck.map(because))}`
  if (!asked.maintenance) return doubt('no-target', saw, 'overridden, they stay where they are')
  return refuse(
    'no-target',
    saw,
    `stop such a VM: --stop ${first.vm.name}=shutdown; put its rule aside: --ignore-rule NAME; or move the others only: --no-maintenance`,
  )
}

/** There would be hosts that may take them, but none has the room. */
export function roomForAll({placement}: Choice): Finding {
  const crowded = placement.unplaced.filter(onlyRoom)
  if (crowded.length === 0) return pass('capacity', 'the targets have room')
  return refuse(
    'capacity',
    `no room for ${few(crowded.map(because))}`,
    'allow fuller targets with --mem-headroom 0 --cpu-headroom 0, stop VMs that can wait with --stop VM=shutdown, or bring a host back',
  )
}

function onlyRoom({reasons}: Unplaced): boolean {
  const possible = reasons.filter(({reason}) => reason.code === 'memory' || reason.code === 'cpu')
  return possible.length > 0
}

/** `db-01 (H1: no datastore local-1; H2: rule "db-apart")` */
function because({vm, reasons}: Unplaced): string {
  return `${vm.name} (${reasons.map(({host, reason}) => `${host}: ${reason.text}`).join('; ') || 'no host'})`
}
