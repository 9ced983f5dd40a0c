import type {Table} from '../../engine/runbook.js'
import type {Cluster, Host, Vm} from '../../systems/vsphere/model.js'
import type {Reading} from '../reading.js'
import {share} from './amounts.js'
import {clocks} from './guards/warnings.js'
import type {EstateFacts} from './read-estate.js'

/** Hosts by cluster: state, load, running VMs, and what is wrong with them. */
export function status({about, takenAtMs, serverAtMs, estate}: EstateFacts): Reading {
  const {clusters, hosts, vms} = estate
  const skew = clocks({takenAtMs, serverAtMs})
  return {
    tables: [clusterTable(clusters, hosts), hostTable(clusters, hosts, vms)].filter(
      ({rows}) => rows.length > 0,
    ),
    notes: [
      ...(skew.level === 'warn' ? [skew.saw] : []),
      ...hosts.flatMap(hostNotes),
      ...clusters.flatMap(({name, drsFaults}) => drsFaults.map(({text}) => `${name}: ${text}`)),
    ],
    json: {
      vcenter: about,
      clusters: clusters.map(({rules: _rules, drsOfVm: _drsOfVm, ...cluster}) => cluster),
      hosts: hosts.map((host) => hostJson(host, vms)),
    },
  }
}

function clusterTable(clusters: readonly Cluster[], hosts: readonly Host[]): Table {
  return {
    columns: [
      {name: 'cluster', shrink: true},
      {name: 'hosts', align: 'right'},
      {name: 'DRS'},
      {name: 'HA'},
      {name: 'EVC', shrink: true},
      {name: 'build', shrink: true},
    ],
    rows: clusters
      .filter(({kind}) => kind === 'cluster')
      .map((cluster) => [
        cluster.name,
        String(hosts.filter(({parent}) => parent === cluster.ref).length),
        cluster.drs.enabled ? cluster.drs.behavior : 'off',
        cluster.ha.enabled ? (cluster.ha.admissionControl ? 'on' : 'on, no admission control') : 'off',
        cluster.evcMode || 'off',
        buildsOf(hosts.filter(({parent}) => parent === cluster.ref)).join(', '),
      ]),
  }
}

/** Builds are a column of their own where hosts differ; elsewhere the cluster tells. */
function hostTable(clusters: readonly Cluster[], hosts: readonly Host[], vms: readonly Vm[]): Table {
  const mixed =
    hosts.some(({parent}) => !clusters.some(({ref, kind}) => ref === parent && kind === 'cluster')) ||
    clusters.some(({ref}) => buildsOf(hosts.filter(({parent}) => parent === ref)).length > 1)
  return {
    columns: [
      {name: 'host'},
      {name: 'state'},
      {name: 'mem', align: 'right'},
      {name: 'cpu', align: 'right'},
      {name: 'VMs', align: 'right'},
      {name: 'HA', shrink: true},
      {name: 'alarms', align: 'right'},
      ...(mixed ? [{name: 'build', shrink: true}] : []),
    ],
    rows: sorted(clusters, hosts).map((host) => {
      const {all, running} = countVms(host, vms)
      return [
        host.name,
        stateOf(host),
        share(host.memoryUsedBytes, host.memoryBytes),
        share(host.cpuUsedMhz, host.cpuMhz),
        `${running}/${all}`,
        host.ha,
        host.redAlarms.length > 0 ? String(host.redAlarms.length) : '',
        ...(mixed ? [buildOf(host)] : []),
      ]
    }),
  }
}

function buildsOf(hosts: readonly Host[]): string[] {
  return [...new Set(hosts.map(buildOf))].sort()
}

function buildOf({product}: Host): string {
  return product.replace(/^VMware ESXi /, '')
}

/** By cluster, then by name. */
function sorted(clusters: readonly Cluster[], hosts: readonly Host[]): Host[] {
  const nameOf = new Map(clusters.map(({ref, name}) => [ref, name]))
  const key = ({parent, name}: Host) => `${nameOf.get(parent) ?? parent} ${name}`
  return hosts.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
}

/** One word for what keeps a host from serving, if anything does. */
export function stateOf(host: Host): string {
  if (host.connection === 'notResponding') return 'NOT RESPONDING'
  if (host.connection !== 'connected') return host.connection.toUpperCase()
  if (host.inMaintenance) return 'maintenance'
  if (host.entering) return `entering${host.entering.percent >= 0 ? ` ${host.entering.percent}%` : ''}`
  if (host.inQuarantine) return 'quarantine'
  return host.power === 'poweredOn' ? 'connected' : host.power
}

function countVms({ref}: Host, vms: readonly Vm[]): {all: number; running: number} {
  const here = vms.filter(({host}) => host === ref)
  return {all: here.length, running: here.filter(({power}) => power === 'poweredOn').length}
}

function hostNotes({name, redAlarms, configIssues, rebootRequired, entering}: Host): string[] {
  return [
    ...(entering ? [`${name}: ${entering.user || 'somebody'} has told it to enter maintenance mode`] : []),
    ...redAlarms.map((alarm) => `${name}: red alarm: ${alarm}`),
    ...configIssues.map((issue) => `${name}: ${issue}`),
    ...(rebootRequired ? [`${name} asks for a reboot`] : []),
  ]
}

function hostJson(host: Host, vms: readonly Vm[]) {
  const {datastores: _datastores, networks: _networks, startOrder: _startOrder, ...rest} = host
  return {...rest, state: stateOf(host), vms: countVms(host, vms)}
}
