import type {Finding, PlanView, Runbook, Table} from '../../engine/runbook.js'
import type {Stage} from '../../engine/step.js'
import type {VsphereSystems} from '../../systems/vsphere/vcenter.js'
import {few, pass, warn} from '../finding.js'
import {bytes, plural} from './amounts.js'
import {type Back, chooseBack} from './choose-back.js'
import {clusterLock} from './cluster-lock.js'
import {vmsAndHosts} from './evacuate-view.js'
import type {Facts} from './facts.js'
import {connected, privileges, throughVcenter} from './guards/host.js'
import {notForeign, nothingEnters} from './guards/restore.js'
import {type RestoreInput, restoreInput} from './input.js'
import {demandOf} from './placement/demand.js'
import {maintenanceOf, vmEntity} from './privileges.js'
import {readSurroundings} from './read-host.js'
import {restoreStages} from './restore-stages.js'

/** The host leaves maintenance mode; what an evacuation moved or stopped comes back, as far as it may. Never replays. */
export const restore: Runbook<RestoreInput, Facts, VsphereSystems> = {
  id: 'vsphere.host.restore',
  summary: 'Leave maintenance mode, and bring back what an evacuation moved or stopped',
  input: restoreInput,
  effect: () => 'change',
  subject: (asked) => asked.host,
  locks: (asked) => [`vsphere/${asked.vcenter}/${asked.host}`],
  alsoLocks: (_asked, facts) => [clusterLock(facts)],
  survey,
  rests: (_asked, facts) => vmsAndHosts(facts),
  guards(asked, facts) {
    const back = chooseBack(asked, facts)
    return [
      connected(facts),
      throughVcenter(facts),
      nothingEnters(facts),
      notForeign(asked, facts),
      privileges(facts),
      comesBack(back),
      againstDrs(asked, facts),
    ]
  },
  view,
  stages: (systems, asked, facts): Stage[] => restoreStages(systems, asked, facts),
  onFailure: 'stop',
}

async function survey(systems: VsphereSystems, asked: RestoreInput, signal: AbortSignal): Promise<Facts> {
  const facts = await readSurroundings(systems, asked, signal)
  const vcenter = await systems.vsphere(asked.vcenter)
  const missing = await vcenter.lacking(
    [
      maintenanceOf(facts.host),
      ...chooseBack(asked, facts).moves.map(({vm}) => ({
        entity: vmEntity(vm),
        privileges: [vm.power === 'poweredOn' ? 'Resource.HotMigrate' : 'Resource.ColdMigrate'],
      })),
      ...(asked.powerOn
        ? asked.stopped.map(({vm, name}) => ({
            entity: vmEntity({ref: vm, name}),
            privileges: ['VirtualMachine.Interact.PowerOn'],
          }))
        : []),
    ],
    signal,
  )
  return {
    ...facts,
    lacking: missing.map(({entity, privilege}) => ({entity: `${entity.name} (${entity.ref})`, privilege})),
  }
}

function view(asked: RestoreInput, facts: Facts): PlanView {
  const back = chooseBack(asked, facts)
  const {host, hosts} = facts
  const names = new Map(hosts.map(({ref, name}) => [ref, name]))
  const table: Table = {
    columns: [{name: 'VM', shrink: true}, {name: 'mem', align: 'right'}, {name: 'from'}, {name: 'to'}],
    rows: back.moves.map(({vm}) => [
      vm.name,
      bytes(demandOf(vm).memoryBytes),
      names.get(vm.host) ?? vm.host,
      host.name,
    ]),
  }
  return {
    title: host.inMaintenance
      ? `Take ${host.name} (${host.ref}) out of maintenance mode${asked.run ? `, after run ${asked.run}` : ''}`
      : `Bring back what left ${host.name} (${host.ref}); it is not in maintenance mode`,
    tables: table.rows.length > 0 ? [table] : [],
    notes: [
      ...(asked.powerOn && asked.stopped.length > 0
        ? [
            `${plural(asked.stopped.length, 'VM')} that it had stopped are started: ${few(asked.stopped.map(({name}) => name))}`,
          ]
        : []),
      ...(asked.moved.length > 0 && !asked.moveBack
        ? [
            `${plural(asked.moved.length, 'VM')} that it had moved stay where they run (--move-back brings them back)`,
          ]
        : []),
    ],
  }
}

function comesBack({moves, staying}: Back): Finding {
  if (staying.length === 0) return pass('stays-away', `${plural(moves.length, 'VM')} move back`)
  return warn(
    'stays-away',
    `these stay where they are: ${few(staying.map(({name, why}) => `${name} (${why})`))}`,
  )
}

function againstDrs({moveBack}: RestoreInput, {cluster}: Facts): Finding {
  const automatic = cluster.drs.enabled && cluster.drs.behavior === 'fullyAutomated'
  if (!moveBack || !automatic) return pass('drs-balance', 'DRS does not move VMs at the same time')
  return warn(
    'drs-balance',
    'DRS is fully automated: it spreads the VMs by itself, and may move them on again',
  )
}
