import type {Finding} from '../../../engine/runbook.js'
import {doubt, few, pass, refuse, warn} from '../../finding.js'
import type {Facts} from '../facts.js'
import type {RecoverInput} from '../input.js'
import {ACTIONS, type Choice, type Method} from '../method.js'

/** @param ours the run is resumed: it has stopped or started it itself */
export function state({forceStop}: RecoverInput, {instance}: Facts, method: Method, ours: boolean): Finding {
  const id = 'instance-state'
  const saw = `it is ${instance.state}`
  const {state: now} = instance
  const halfWay = method === 'replace' ? ['shutting-down', 'terminated'] : ['stopping', 'stopped', 'pending']
  if (ours && halfWay.includes(now)) return pass(id, `${saw} by now`)
  if (now === 'running' || (now === 'stopped' && method === 'stop-start')) return pass(id, saw)
  if (now === 'stopped')
    return refuse(id, `${saw}: there is nothing to ${method}`, 'take --method stop-start')
  if (now === 'stopping' && forceStop && method === 'stop-start') return pass(id, `${saw}, to be forced`)
  if (now === 'stopping')
    return refuse(id, saw, 'wait until it has stopped, or take --method stop-start --force-stop')
  return refuse(
    id,
    saw,
    now === 'pending' ? 'wait until it runs' : 'it does not come back: start another one in its place',
  )
}

export function impaired({wrong}: Choice, {checks, identity}: Facts): Finding {
  if (wrong.length > 0) return pass('not-impaired', wrong.join('; '))
  const {system, instance, ebs} = checks
  return doubt(
    'not-impaired',
    `nothing is wrong with it that AWS sees in ${identity.region} (system ${system}, instance ${instance}, EBS ${ebs})`,
    'look at the application first',
  )
}

export function spot({instance}: Facts, method: Method): Finding {
  if (method !== 'stop-start' || !instance.spot) return pass('spot', 'it may be stopped')
  return refuse('spot', 'it is a spot instance: who stops it may not get it back', 'take --method reboot')
}

export function rootDisk({instance}: Facts, method: Method): Finding {
  if (method !== 'stop-start' || !instance.ephemeralRoot) return pass('ephemeral-root', 'its root disk stays')
  return refuse(
    'ephemeral-root',
    'its root disk is an instance store: it cannot be stopped',
    'take --method reboot',
  )
}

export function ephemeralData({instance, ephemeralDisks}: Facts, method: Method): Finding {
  const id = 'instance-store-data'
  if (method === 'reboot' || !ephemeralDisks) return pass(id, 'no data is lost with its host')
  return doubt(
    id,
    `its type ${instance.type} has disks in its host (instance store): what is on them is lost`,
    'save what is on them first, or take --method reboot',
  )
}

export function publicIp({instance, elasticIps}: Facts, method: Method): Finding {
  const id = 'public-ip-changes'
  const {publicIp: address} = instance
  if (method !== 'stop-start' || address === null) return pass(id, 'no public address is lost')
  if (elasticIps.includes(address)) return pass(id, `${address} is an elastic address and stays`)
  return doubt(
    id,
    `its public address ${address} was given by AWS: it gets another one, unknown yet`,
    'see who knows that address (DNS, allow lists), or give it an elastic address',
  )
}

export function dedicatedHost({instance}: Facts, method: Method): Finding {
  if (method !== 'stop-start' || instance.hostId === null) return pass('dedicated-host', 'it is free to move')
  return doubt(
    'dedicated-host',
    `it belongs to the dedicated host ${instance.hostId}: it may come back on the same one`,
    'move it to another host, or release that host',
  )
}

export function mayBeStopped({protection}: Facts, method: Method): Finding {
  if (method !== 'stop-start' || !protection.apiStop) return pass('stop-protection', 'it may be stopped')
  return refuse(
    'stop-protection',
    'its stop protection is on (disableApiStop)',
    'take it off, and know why it was on',
  )
}

/** A system that powers off instead of rebooting would end it. */
export function shutdownTerminates({protection}: Facts, method: Method): Finding {
  const id = 'shutdown-terminates'
  if (method !== 'reboot' || protection.onShutdown === 'stop') return pass(id, 'a shutdown does not end it')
  return refuse(
    id,
    `when its own system shuts it down it is gone (shutdown behaviour ${protection.onShutdown})`,
    'set InstanceInitiatedShutdownBehavior to stop',
  )
}

export function capacity({instance, zones}: Facts, method: Method): Finding {
  const id = 'single-az-capacity'
  if (method === 'reboot' || zones.length > 1)
    return pass(id, `${zones.length} zones have a ${instance.type}`)
  return warn(
    id,
    `only ${few(zones) || 'an unknown zone'} has a ${instance.type}: there may be no room when it starts again`,
  )
}

export function comingEvents({checks, takenAtMs}: Facts, worstMs: number): Finding {
  const soon = checks.events.filter(
    ({notBefore}) => notBefore !== null && Date.parse(notBefore) < takenAtMs + worstMs,
  )
  if (soon.length === 0) return pass('event-soon', 'AWS does nothing to it meanwhile')
  return warn(
    'event-soon',
    `AWS may act meanwhile: ${few(soon.map(({code, notBefore}) => `${code}, ${notBefore}`))}`,
  )
}

export function permissions({permissions: asked, identity}: Facts, method: Method): Finding {
  const needed = ACTIONS[method]
  const answers = needed.map((action) => ({
    action,
    permission: asked.find((one) => one.action === action)?.permission ?? {unclear: 'not asked'},
  }))
  const denied = answers.flatMap(({action, permission}) => (permission === 'denied' ? [`ec2:${action}`] : []))
  if (denied.length > 0)
    return refuse(
      'permissions',
      `${identity.arn} may not ${denied.join(', ')}`,
      'redeye aws check --for recover',
    )
  const unclear = answers.flatMap(({action, permission}) =>
    typeof permission === 'object' ? [`${action}: ${permission.unclear}`] : [],
  )
  if (unclear.length > 0)
    return doubt(
      'permissions',
      `whether it may is unclear: ${few(unclear)}`,
      'redeye aws check --for recover',
    )
  return pass(
    'permissions',
    needed.length === 0 ? 'Auto Scaling cannot be asked beforehand' : `it may ${needed.join(', ')}`,
  )
}
