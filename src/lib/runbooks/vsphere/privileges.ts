import type {EntityRef} from '../../systems/vsphere/vcenter.js'
import type {Choice} from './choose.js'
import type {Facts} from './facts.js'

type Wanted = {entity: EntityRef; privileges: string[]}

const STOP = {
  shutdown: 'VirtualMachine.Interact.PowerOff',
  poweroff: 'VirtualMachine.Interact.PowerOff',
  suspend: 'VirtualMachine.Interact.Suspend',
}

/** What an evacuation needs, on exactly what it touches [vSphere API: required privileges of each method]. */
export function privilegesFor(
  choice: Choice,
  asked: {maintenance: boolean; disconnectMedia: boolean},
  {host, cluster, pools}: Facts,
): Wanted[] {
  const {placement, fates, hindrances} = choice
  const pool = (ref: string) => ({
    entity: {type: 'ResourcePool', ref, name: `resource pool of ${cluster.name}`},
    privileges: ['Resource.AssignVMToPool'],
  })
  const moves = placement.moves
  const targetPools = new Set(moves.map(({to}) => pools[to.ref] ?? cluster.rootPool))
  return [
    ...(asked.maintenance ? [maintenanceOf(host)] : []),
    ...moves.map(({vm}) => ({
      entity: vmEntity(vm),
      privileges: [vm.power === 'poweredOn' ? 'Resource.HotMigrate' : 'Resource.ColdMigrate'],
    })),
    ...[...targetPools].filter((ref) => ref !== '').map(pool),
    ...fates.flatMap(({vm, fate}) =>
      fate.kind === 'stop'
        ? [{entity: vmEntity(vm), privileges: [STOP[fate.how], 'VirtualMachine.Interact.PowerOn']}]
        : [],
    ),
    ...(asked.disconnectMedia
      ? hindrances
          .filter(({fix}) => fix === 'media')
          .map(({vm}) => ({
            entity: vmEntity(vm),
            privileges: ['VirtualMachine.Interact.DeviceConnection', 'VirtualMachine.Config.EditDevice'],
          }))
      : []),
  ]
}

export function maintenanceOf(host: {ref: string; name: string}): Wanted {
  return {
    entity: {type: 'HostSystem', ref: host.ref, name: host.name},
    privileges: ['Host.Config.Maintenance'],
  }
}

export function vmEntity({ref, name}: {ref: string; name: string}): EntityRef {
  return {type: 'VirtualMachine', ref, name}
}
