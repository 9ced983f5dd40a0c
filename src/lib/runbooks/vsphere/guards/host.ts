import type {Finding} from '../../../engine/runbook.js'
import {doubt, few, pass, refuse, warn} from '../../finding.js'
import {type Facts, vmsOn} from '../facts.js'
import type {EvacuateInput} from '../input.js'

export function connected({host}: Pick<Facts, 'host'>): Finding {
  if (host.connection === 'connected') return pass('host-disconnected', `${host.name} is connected`)
  return refuse(
    'host-disconnected',
    `${host.name} is ${host.connection}`,
    host.connection === 'notResponding'
      ? 'look where its VMs are first: HA may have restarted them elsewhere (redeye vsphere ha status)'
      : 'connect the host in vCenter, and look at its management network',
  )
}

/** Already in maintenance mode is fine as long as nothing runs there. */
export function notHalfDone(asked: Pick<EvacuateInput, 'maintenance'>, facts: Facts): Finding {
  const {host} = facts
  const running = vmsOn(facts).filter(({power}) => power === 'poweredOn')
  if (!host.inMaintenance) return pass('in-maintenance', `${host.name} is not in maintenance mode`)
  if (running.length === 0 || !asked.maintenance)
    return pass('in-maintenance', `${host.name} is in maintenance mode and no VM runs on it`)
  return refuse(
    'in-maintenance',
    `${host.name} is in maintenance mode, and yet these run on it: ${few(running.map(({name}) => name))}`,
    `redeye vsphere host exit-maintenance ${host.name}`,
  )
}

export function nobodyElseEnters({host, user, serverAtMs}: Facts): Finding {
  const task = host.entering
  if (!task) return pass('mm-task-running', 'nobody else puts it into maintenance mode')
  const minutes = task.startedAtMs > 0 ? Math.max(0, Math.round((serverAtMs - task.startedAtMs) / 60_000)) : 0
  const saw = `${task.user || 'somebody'} has told ${host.name} to enter maintenance mode ${minutes} min ago (${task.key})`
  if (task.user === user)
    return warn('mm-task-running', `${saw}: that task is followed, no second one is started`)
  return doubt('mm-task-running', saw, 'ask them; overridden, their task is followed and never cancelled')
}

export function throughVcenter({host, about}: Facts): Finding {
  if (about.apiType === 'VirtualCenter' || host.managedBy === '')
    return pass('managed-by-vcenter', `${about.fullName} is the one that manages it`)
  return doubt(
    'managed-by-vcenter',
    `${host.name} is managed by a vCenter at ${host.managedBy}, and this is the host itself`,
    `go through the vCenter at ${host.managedBy}`,
  )
}

export function privileges({lacking, user}: Facts): Finding {
  if (lacking.length === 0) return pass('privilege', `${user} may do all of it`)
  return refuse(
    'privilege',
    `${user} lacks ${few(lacking.map(({entity, privilege}) => `${privilege} on ${entity}`))}`,
    'give the user a role with these privileges; see the documentation for the least that is needed',
  )
}

export function vsanChosen(
  asked: Pick<EvacuateInput, 'vsan' | 'maintenance'>,
  {host, cluster}: Facts,
): Finding {
  if (!asked.maintenance || !(host.vsan || cluster.vsan))
    return pass('vsan-mode', 'no vSAN data to be thought of')
  if (asked.vsan) return pass('vsan-mode', `vSAN data: ${asked.vsan}`)
  return refuse(
    'vsan-mode',
    `${host.name} holds vSAN data, and nothing was said about it`,
    'choose --vsan ensureObjectAccessibility (usual), evacuateAllData (host leaves for good) or noAction',
  )
}
