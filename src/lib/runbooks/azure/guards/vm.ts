import type {Finding} from '../../../engine/runbook.js'
import type {Facts} from '../facts.js'
import type {RecoverInput} from '../input.js'
import {type Choice, isDown, type Method} from '../method.js'

const UNDER_WAY = new Set(['Creating', 'Updating', 'Deleting', 'Migrating'])

/** The state of the VM itself. */
export function vmGuards(asked: RecoverInput, facts: Facts, {method, why}: Choice): Finding[] {
  const {vm} = facts
  if (!vm) return []
  return [
    method
      ? {id: 'method', level: 'pass', saw: `${method}: ${why}`}
      : {
          id: 'method',
          level: 'refuse',
          saw: `nothing seems wrong with ${vm.name}: ${why}`,
          clear: `redeye azure vm restart ${vm.name} -g ${vm.group}`,
        },
    UNDER_WAY.has(vm.provisioning)
      ? {
          id: 'provisioning',
          level: 'refuse',
          saw: `${vm.name} is ${vm.provisioning}: another operation is under way`,
          clear: 'wait until it has ended; the Activity Log says whose it is',
        }
      : {id: 'provisioning', level: 'pass', saw: `provisioning state ${vm.provisioning}`},
    vm.generalized
      ? {id: 'generalized', level: 'refuse', saw: `${vm.name} is generalized: it can never start again`}
      : {id: 'generalized', level: 'pass', saw: 'not generalized'},
    ...(method ? methodGuards(asked, facts, method) : []),
  ]
}

function methodGuards(asked: RecoverInput, facts: Facts, method: Method): Finding[] {
  const {vm} = facts
  if (!vm) return []
  return [
    ...(method === 'restart' || method === 'cycle' ? [running(vm.name, vm.group, vm.power, isDown(vm))] : []),
    ...(method === 'cycle' ? [spot(vm.spot)] : []),
    ...(method === 'redeploy' || method === 'cycle' ? [temporaryDisk(facts), ephemeral(facts, method)] : []),
    ...(method === 'cycle' ? [publicAddress(facts)] : []),
    ...(method === 'reapply' || method === 'start' ? [] : [availability(facts), maintenance(facts)]),
    repaired(facts),
    ...notes(facts, method),
    ...(asked.proof === 'boot-id' && !vm.agent.ready
      ? [
          {
            id: 'proof',
            level: 'refuse' as const,
            saw: 'without a guest agent its boot id cannot be read',
            clear: 'use --proof agent',
          },
        ]
      : []),
  ]
}

function running(name: string, group: string, power: string, down: boolean): Finding {
  if (!down) return {id: 'running', level: 'pass', saw: `power state ${power}`}
  return {
    id: 'running',
    level: 'refuse',
    saw: `${name} is ${power}: only a VM that runs can be restarted`,
    clear: `redeye azure vm recover ${name} -g ${group}`,
  }
}

function spot(policy: 'Deallocate' | 'Delete' | null): Finding {
  if (policy !== 'Delete')
    return {id: 'spot', level: 'pass', saw: policy ? 'spot, kept when evicted' : 'no spot VM'}
  return {id: 'spot', level: 'refuse', saw: 'a spot VM with eviction policy Delete: it may never come back'}
}

function temporaryDisk({temporaryDisk: has, vm, unread}: Facts): Finding {
  const id = 'temp-disk'
  if (has === false) return {id, level: 'pass', saw: `size ${vm?.size} has no temporary disk`}
  return {
    id,
    level: 'refuse',
    saw:
      has === null
        ? `whether size ${vm?.size} has a temporary disk is not known${unread.sizes ? `: ${unread.sizes}` : ''}`
        : `all data on the temporary disk of ${vm?.name} is lost (size ${vm?.size})`,
    clear: 'make sure that nothing on it is needed',
    overridable: true,
  }
}

function ephemeral({vm}: Facts, method: Method): Finding {
  const id = 'ephemeral-os'
  if (!vm?.ephemeralOs) return {id, level: 'pass', saw: 'its OS disk is kept'}
  if (method === 'cycle')
    return {id, level: 'refuse', saw: 'a VM with an ephemeral OS disk cannot be deallocated'}
  return {id, level: 'refuse', saw: 'its OS disk is ephemeral: it is reset to the image', overridable: true}
}

function publicAddress({network, unread}: Facts): Finding {
  const id = 'dynamic-public-ip'
  if (!network)
    return {id, level: 'refuse', saw: `its addresses are not known: ${unread.network}`, overridable: true}
  const lost = network.addresses.filter(({allocation}) => allocation !== 'Static')
  if (lost.length === 0) return {id, level: 'pass', saw: 'it has no public address that would change'}
  return {
    id,
    level: 'refuse',
    saw: `the public address ${lost.map(({ip}) => ip ?? '?').join(', ')} is dynamic: it gets another one`,
    clear: 'make it static first',
    overridable: true,
  }
}

function availability({peers, unread}: Facts): Finding {
  const id = 'availability'
  if (!peers)
    return {
      id,
      level: 'refuse',
      saw: `whether anything stands in for it is not known: ${unread.peers ?? unread.network}`,
      overridable: true,
    }
  const alone = peers.filter(({running: others}) => others.length === 0)
  if (alone.length === 0)
    return {
      id,
      level: 'pass',
      saw:
        peers.length === 0
          ? 'in no availability set or pool'
          : peers.map(({of, running: up}) => `${of}: ${up.join(', ')} run`).join('; '),
    }
  return {
    id,
    level: 'refuse',
    saw: `it is the last member that runs of ${alone.map(({of, others}) => `${of} (${others} more, none runs)`).join(' and ')}`,
    clear: 'start another member first',
    overridable: true,
  }
}

function maintenance({vm}: Facts): Finding {
  const id = 'platform-maintenance'
  if (!vm?.maintenance) return {id, level: 'pass', saw: 'no maintenance of the platform is offered'}
  return {
    id,
    level: 'refuse',
    saw: 'the platform offers a maintenance for it now, which moves it to a host that is done already',
    clear: `az vm perform-maintenance -n ${vm.name} -g ${vm.group}`,
    overridable: true,
  }
}

function repaired({repaired: is, unread}: Facts): Finding {
  const id = 'scale-set-member'
  if (is === false) return {id, level: 'pass', saw: 'no scale set repairs it automatically'}
  return {
    id,
    level: 'refuse',
    saw:
      is === null
        ? `whether its scale set repairs it automatically is not known: ${unread['scale set']}`
        : 'its scale set repairs automatically: it may delete the VM meanwhile',
    clear: 'suspend automatic repairs of the set',
    overridable: true,
  }
}

/** What a person should know, and what stands in the way of nothing. */
function notes({vm, network, health}: Facts, method: Method): Finding[] {
  const bound = [
    ...(vm?.boundDisks ?? []),
    ...(vm?.proximityGroup ? ['a proximity placement group'] : []),
    ...(vm?.zone ? [`zone ${vm.zone}`] : []),
  ]
  return [
    ...(method === 'cycle' && bound.length > 0
      ? [
          {
            id: 'capacity',
            level: 'warn' as const,
            saw: `bound to ${bound.join(', ')}: it may not get capacity back`,
          },
        ]
      : []),
    ...(network && network.pools.length > 0 && method !== 'start' && method !== 'reapply'
      ? [
          {
            id: 'in-pool',
            level: 'warn' as const,
            saw: 'it is in a backend pool and is not drained: requests under way are lost',
          },
        ]
      : []),
    ...(health ? [] : [{id: 'health', level: 'warn' as const, saw: 'Resource Health could not be read'}]),
  ]
}
