import type {Host} from '../../systems/vsphere/model.js'
import type {Facts} from './facts.js'
import type {Move, Place} from './move-vm.js'
import type {Planned} from './placement/placement.js'

/** A planned move with all that carrying it out needs. */
export function moveOf({vm, to, next}: Pick<Planned, 'vm' | 'to' | 'next'>, facts: Facts): Move {
  const {host, pools, cluster} = facts
  // A template belongs to no pool, and a pool is needed to say where it goes.
  const place = (target: Host): Place => {
    const pool = pools[target.ref] ?? (vm.template ? cluster.rootPool : undefined)
    return {host: target.ref, name: target.name, ...(pool !== undefined && {pool})}
  }
  const outside = to.ref in pools
  return {
    ref: vm.ref,
    name: vm.name,
    instanceUuid: vm.instanceUuid,
    from: {host: host.ref, name: host.name, ...(outside && {pool: vm.pool})},
    to: place(to),
    next: next && place(next),
  }
}
