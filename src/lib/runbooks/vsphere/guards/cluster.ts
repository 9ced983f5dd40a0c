import type {Finding} from '../../../engine/runbook.js'
import {doubt, few, pass, refuse} from '../../finding.js'
import type {Choice} from '../choose.js'
import type {Facts} from '../facts.js'
import {leftWithout} from '../ha.js'
import type {EvacuateInput} from '../input.js'

export function notTheLast({mode, candidates, turnedAway}: Choice, {host}: Facts): Finding {
  if (mode === 'standalone') return pass('last-host', 'nothing is moved')
  if (candidates.length > 0) return pass('last-host', `${candidates.length} hosts can take VMs`)
  const why = turnedAway.map((one) => `${one.host.name} (${one.why})`)
  return refuse(
    'last-host',
    why.length > 0 ? `no other host can take VMs: ${few(why)}` : `${host.name} is the only host`,
    'bring another host back first: redeye vsphere status',
  )
}

export function onlyOneAway({hosts, host}: Facts): Finding {
  const away = hosts.filter(
    ({ref, inMaintenance, entering}) => ref !== host.ref && (inMaintenance || entering),
  )
  if (away.length === 0) return pass('other-host-entering', 'no other host is in maintenance mode')
  return doubt(
    'other-host-entering',
    `also in or entering maintenance mode: ${few(away.map(({name}) => name))}`,
    'finish there first',
  )
}

export function vmotionOn({mode, candidates, fates}: Choice, {host}: Facts): Finding {
  const moves = fates.some(
    ({vm, fate}) => (fate.kind === 'move' || fate.kind === 'drs') && vm.power === 'poweredOn',
  )
  if (mode === 'standalone' || !moves) return pass('vmotion-disabled', 'no running VM is moved')
  if (host.vmotionEnabled && candidates.some(({vmotionEnabled}) => vmotionEnabled))
    return pass('vmotion-disabled', 'vMotion is on')
  return doubt(
    'vmotion-disabled',
    host.vmotionEnabled ? 'no host that could take VMs has vMotion on' : `${host.name} has vMotion off`,
    'enable vMotion on a VMkernel adapter of each host',
  )
}

/** DRS does not even start when HA would be left without its reserve, so it is better to know before. */
export function haContent(asked: Pick<EvacuateInput, 'maintenance'>, {mode}: Choice, facts: Facts): Finding {
  const {ha} = facts.cluster
  if (!asked.maintenance || mode === 'standalone' || !ha.enabled || !ha.admissionControl)
    return pass('ha-admission', 'no HA reserve to be kept')
  const {enough, saw} = leftWithout([facts.host.ref], facts)
  if (enough) return pass('ha-admission', `afterwards: ${saw}`)
  return doubt(
    'ha-admission',
    `without ${facts.host.name}: ${saw}`,
    'stop VMs that can wait, or bring a host back: redeye vsphere ha status',
  )
}
