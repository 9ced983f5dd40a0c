import type {PlanView, Table} from '../../engine/runbook.js'
import type {Host, Vm} from '../../systems/vsphere/model.js'
import {bytes, mhz, plural, share} from './amounts.js'
import {type Choice, choose, type Fate} from './choose.js'
import {type Facts, vmsOn} from './facts.js'
import {leftWithout} from './ha.js'
import type {EvacuateInput} from './input.js'
import {limitsOf} from './limits.js'
import {demandOf, sum} from './placement/demand.js'

export function evacuateView(asked: EvacuateInput, facts: Facts): PlanView {
  const choice = choose(asked, facts)
  const {host, cluster} = facts
  const vms = vmTable(asked, choice, facts)
  const targets = targetTable(choice)
  return {
    title: `Evacuate ${host.name} (${host.ref}) of ${cluster.name}`,
    tables: [...(vms.rows.length > 0 ? [vms] : []), ...(targets.rows.length > 0 ? [targets] : [])],
    notes: [
      `${modeWords(choice, facts)}; ${facts.about.fullName}`,
      summary(choice),
      ...(asked.maintenance ? haNote(facts) : ['maintenance mode is not entered']),
      ...paceNotes(asked, choice, facts),
      undoNote(asked, choice),
      ...(asked.ignoreRules.length > 0 ? [`rules put aside: ${asked.ignoreRules.join(', ')}`] : []),
      ...awayNote(choice),
    ],
  }
}

function vmTable(asked: EvacuateInput, choice: Choice, facts: Facts): Table {
  return {
    columns: [
      {name: 'VM', shrink: true},
      {name: 'power'},
      {name: 'mem', align: 'right'},
      {name: 'cpu', align: 'right'},
      {name: 'target', shrink: true},
      {name: 'method'},
      {name: 'why', shrink: true},
    ],
    rows: choice.fates.map(({vm, fate}) => {
      const {memoryBytes, cpuMhz} = demandOf(vm)
      const runs = vm.power === 'poweredOn'
      return [
        vm.name,
        runs ? 'on' : vm.power === 'suspended' ? 'susp' : 'off',
        runs ? bytes(memoryBytes) : '-',
        runs ? mhz(cpuMhz) : '-',
        ...fateWords(vm, fate, asked, choice, facts),
      ]
    }),
  }
}

/** Target, method and why. */
export function fateWords(
  vm: Vm,
  fate: Fate,
  asked: Pick<EvacuateInput, 'disconnectMedia'>,
  {placement, hindrances}: Choice,
  {checks}: Facts,
): [string, string, string] {
  switch (fate.kind) {
    case 'agent':
      return ['-', 'by vSphere', 'cluster agent']
    case 'drs':
      return ['by DRS', vm.power === 'poweredOn' ? 'vMotion' : 'cold', '']
    case 'stays':
      return ['-', 'stays', fate.why]
    case 'stop':
      return ['-', fate.how, fate.chosen ? 'chosen by --stop' : 'chosen by --standalone']
    default: {
      const method = vm.power === 'poweredOn' ? 'vMotion' : 'cold'
      const planned = placement.moves.find((one) => one.vm.ref === vm.ref)
      const unplaced = placement.unplaced.find((one) => one.vm.ref === vm.ref)
      if (!planned) return ['NONE', 'stuck', unplaced?.reasons[0]?.reason.text ?? 'no host']
      const refused = checks.find(({vm: ref, errors}) => ref === vm.ref && errors.length > 0)
      const devices = hindrances.filter((one) => one.vm.ref === vm.ref)
      const media = asked.disconnectMedia && devices.some(({fix}) => fix === 'media')
      const device = devices.find(({fix}) => fix === 'stop')
      const why = [
        media ? 'media disconnected' : '',
        device ? `stop needed: ${device.text}` : '',
        refused ? `server refused another: ${refused.errors[0]}` : '',
        planned.why,
      ]
      return [planned.to.name, method, why.filter((text) => text !== '').join('; ')]
    }
  }
}

function targetTable({placement, candidates}: Choice): Table {
  return {
    columns: [
      {name: 'target', shrink: true},
      {name: 'mem before', align: 'right'},
      {name: 'after', align: 'right'},
      {name: 'cpu before', align: 'right'},
      {name: 'after', align: 'right'},
      {name: 'VMs', align: 'right'},
    ],
    rows: candidates.flatMap((host) => {
      const arriving = placement.moves.filter(({to}) => to.ref === host.ref)
      return arriving.length > 0
        ? [
            targetRow(
              host,
              arriving.map(({vm}) => vm),
            ),
          ]
        : []
    }),
  }
}

function targetRow(host: Host, arriving: readonly Vm[]): string[] {
  const more = sum(arriving.map(demandOf))
  return [
    host.name,
    share(host.memoryUsedBytes, host.memoryBytes),
    share(host.memoryUsedBytes + more.memoryBytes, host.memoryBytes),
    share(host.cpuUsedMhz, host.cpuMhz),
    share(host.cpuUsedMhz + more.cpuMhz, host.cpuMhz),
    `+${arriving.length}`,
  ]
}

function modeWords({mode}: Choice, {cluster, about}: Facts): string {
  if (mode === 'drs') return 'mode drs: DRS moves the VMs'
  if (mode === 'standalone')
    return `mode standalone: ${about.apiType === 'HostAgent' ? 'one ESXi host by itself' : 'a host without a cluster'}, VMs are stopped`
  if (cluster.kind === 'host') return 'mode manual: the VMs are moved to the hosts that were named'
  return `mode manual (DRS ${cluster.drs.enabled ? cluster.drs.behavior : 'is off'}): redeye moves the VMs`
}

function summary({fates, placement}: Choice): string {
  const count = (kind: Fate['kind']) => fates.filter(({fate}) => fate.kind === kind).length
  const parts = [
    [placement.moves.length, 'moved'],
    [count('drs'), 'moved by DRS'],
    [count('stop'), 'stopped'],
    [count('agent'), 'left to vSphere'],
    [count('stays'), 'stay'],
    [placement.unplaced.length, 'WITHOUT A TARGET'],
  ] as const
  const said = parts.flatMap(([many, what]) => (many > 0 ? [`${many} ${what}`] : []))
  return `${plural(fates.length, 'VM')}${said.length > 0 ? `: ${said.join(', ')}` : ''}`
}

function haNote(facts: Facts): string[] {
  const {ha} = facts.cluster
  if (!ha.enabled) return []
  return [`HA afterwards: ${leftWithout([facts.host.ref], facts).saw}`]
}

function paceNotes(asked: EvacuateInput, {placement, candidates}: Choice, {host}: Facts): string[] {
  const {moves} = placement
  if (moves.length === 0) return []
  const {width, why} = limitsOf(host, candidates, [], asked.parallel)
  const gone = sum(moves.map(({vm}) => demandOf(vm))).memoryBytes
  return [`${width} moves at once (${why}), ${bytes(gone)} of memory${estimate(gone, host.vmotionSpeedMb)}`]
}

/** Memory over the link at 80 %, and twice that for what changes meanwhile. */
function estimate(memoryBytes: number, speedMb: number): string {
  if (speedMb === 0) return ''
  const minutes = (memoryBytes * 8) / (speedMb * 1e6 * 0.8) / 60
  return `: about ${Math.max(1, Math.round(minutes))} to ${Math.max(2, Math.round(2 * minutes))} min`
}

function undoNote(asked: EvacuateInput, {fates}: Choice): string {
  const parts = [
    ...(asked.maintenance ? ['leaves maintenance mode'] : []),
    ...(fates.some(({fate}) => fate.kind === 'stop') ? ['powers stopped VMs on'] : []),
    asked.rollbackMoves ? 'moves VMs back' : 'lets moved VMs stay (--rollback-moves moves them back)',
  ]
  return `undo ${parts.join(', ')}`
}

const NAMED = 4

function awayNote({turnedAway}: Choice): string[] {
  if (turnedAway.length === 0) return []
  const named = turnedAway.slice(0, NAMED).map(({host, why}) => `${host.name} (${why})`)
  return [`no targets: ${named.join(', ')}${turnedAway.length > NAMED ? ' ...' : ''}`]
}

/** Who the VMs are that run on the host and are to run elsewhere afterwards. */
export function toRunElsewhere({fates}: Choice): Vm[] {
  return fates.flatMap(({vm, fate}) =>
    vm.power === 'poweredOn' && (fate.kind === 'move' || fate.kind === 'drs') ? [vm] : [],
  )
}

/** What a plan rests on: who runs on the host, and which hosts there are. Loads change all the time. */
export function vmsAndHosts(facts: Facts) {
  const {host, hosts, cluster} = facts
  return {
    host: {ref: host.ref, entering: host.entering !== null, inMaintenance: host.inMaintenance},
    vms: Object.fromEntries(vmsOn(facts).map(({ref, power, connection}) => [ref, `${power} ${connection}`])),
    hosts: Object.fromEntries(
      hosts.map(({ref, connection, inMaintenance, inQuarantine}) => [
        ref,
        `${connection}${inMaintenance ? ' maintenance' : ''}${inQuarantine ? ' quarantine' : ''}`,
      ]),
    ),
    drs: `${cluster.drs.enabled} ${cluster.drs.behavior}`,
    rules: cluster.rules.map(({name}) => name).toSorted(),
  }
}
