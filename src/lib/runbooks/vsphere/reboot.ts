import type {Finding, Runbook} from '../../engine/runbook.js'
import type {Stage} from '../../engine/step.js'
import type {VsphereSystems} from '../../systems/vsphere/vcenter.js'
import {doubt, few, pass, refuse, warn} from '../finding.js'
import {clusterLock} from './cluster-lock.js'
import {vmsAndHosts} from './evacuate-view.js'
import {exitStages} from './exit-stages.js'
import {type Facts, vmsOn} from './facts.js'
import {connected, privileges, throughVcenter} from './guards/host.js'
import {type RebootInput, rebootInput} from './input.js'
import {maintenanceOf} from './privileges.js'
import {readSurroundings} from './read-host.js'
import {rebootStep, stillEmptyStep} from './steps/reboot.js'

/** Reboots a host that is in maintenance mode and empty, and waits until it is back. */
export const reboot: Runbook<RebootInput, Facts, VsphereSystems> = {
  id: 'vsphere.host.reboot',
  summary: 'Reboot an evacuated host, and wait until it is back',
  input: rebootInput,
  effect: () => 'disrupt',
  subject: (asked) => asked.host,
  locks: (asked) => [`vsphere/${asked.vcenter}/${asked.host}`],
  alsoLocks: (_asked, facts) => [clusterLock(facts)],
  async survey(systems, asked, signal) {
    const facts = await readSurroundings(systems, asked, signal)
    const vcenter = await systems.vsphere(asked.vcenter)
    const missing = await vcenter.lacking([maintenanceOf(facts.host)], signal)
    return {...facts, lacking: missing.map(({entity, privilege}) => ({entity: entity.name, privilege}))}
  },
  rests: (_asked, facts) => vmsAndHosts(facts),
  guards: (_asked, facts) => [
    connected(facts),
    throughVcenter(facts),
    privileges(facts),
    inMaintenance(facts),
    empty(facts),
    supported(facts),
    nobodyElseAway(facts),
    vsan(facts),
  ],
  view: (asked, {host, cluster}) => ({
    title: `Reboot ${host.name} (${host.ref}) of ${cluster.name}`,
    tables: [],
    notes: [
      `up since ${host.bootedAtMs > 0 ? new Date(host.bootedAtMs).toISOString() : 'an unknown time'}${host.rebootRequired ? '; it asks for a reboot' : ''}`,
      asked.exitAfter ? 'afterwards it leaves maintenance mode' : 'afterwards it stays in maintenance mode',
    ],
  }),
  stages(systems, asked, facts): Stage[] {
    return [
      {id: 'reboot', says: 'reboot', steps: [rebootStep(systems, asked, facts)]},
      {id: 'back', says: 'see that it is back as it was', steps: [stillEmptyStep(systems, asked, facts)]},
      ...(asked.exitAfter ? exitStages(systems, {...asked, undoExit: false}, facts) : []),
    ]
  },
  onFailure: 'stop',
}

function inMaintenance({host}: Facts): Finding {
  if (host.inMaintenance) return pass('in-maintenance', `${host.name} is in maintenance mode`)
  return refuse(
    'in-maintenance',
    `${host.name} is not in maintenance mode`,
    `redeye vsphere host evacuate ${host.name}`,
  )
}

function empty(facts: Facts): Finding {
  const running = vmsOn(facts).filter(({power}) => power === 'poweredOn')
  if (running.length === 0) return pass('running-vms', 'no VM runs on it')
  return refuse(
    'running-vms',
    `these run on it: ${few(running.map(({name}) => name))}`,
    `redeye vsphere host evacuate ${facts.host.name}`,
  )
}

function supported({host}: Facts): Finding {
  if (host.rebootSupported) return pass('reboot-supported', 'it can be rebooted from here')
  return doubt(
    'reboot-supported',
    `${host.name} says that it cannot be rebooted`,
    'reboot it by its management controller',
  )
}

function nobodyElseAway({host, hosts}: Facts): Finding {
  const away = hosts.filter(({ref, connection}) => ref !== host.ref && connection !== 'connected')
  if (away.length === 0) return pass('other-host-away', 'every other host of the cluster is connected')
  return doubt(
    'other-host-away',
    `also away: ${few(away.map(({name, connection}) => `${name} (${connection})`))}`,
    'wait until they are back: redeye vsphere status',
  )
}

function vsan({host, cluster}: Facts): Finding {
  if (!host.vsan && !cluster.vsan) return pass('vsan', 'no vSAN data on it')
  return warn(
    'vsan',
    'it holds vSAN data: what was chosen when it entered maintenance mode decides whether data is away meanwhile',
  )
}
