import type {Cluster, Host, Vm} from '../../systems/vsphere/model.js'
import type {Reading} from '../reading.js'
import {bytes, share} from './amounts.js'
import {capacityOf, leftWithout} from './ha.js'
import type {EstateFacts} from './read-estate.js'
import {stateOf} from './status.js'

/** Of one cluster: whether HA keeps a reserve, and what would be left after the loss of each host. */
export function haStatus({estate}: EstateFacts): Reading {
  const clusters = estate.clusters.filter(({kind}) => kind === 'cluster')
  const seen = clusters.map((cluster) => inCluster(cluster, estate.hosts, estate.vms))
  return {
    tables: seen.map(({table}) => table),
    notes: seen.flatMap(({notes}) => notes),
    json: seen.map(({json}) => json),
  }
}

function inCluster(cluster: Cluster, allHosts: readonly Host[], allVms: readonly Vm[]) {
  const hosts = allHosts
    .filter(({parent}) => parent === cluster.ref)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const refs = new Set(hosts.map(({ref}) => ref))
  const vms = allVms.filter(({host}) => refs.has(host))
  const estate = {cluster, hosts, vms}
  const now = leftWithout([], estate)
  const losses = hosts.map((host) => ({host, left: leftWithout([host.ref], estate)}))
  return {
    table: {
      columns: [
        {name: `without (${cluster.name})`, shrink: true},
        {name: 'state'},
        {name: 'memory left', align: 'right' as const},
        {name: 'reserved', align: 'right' as const},
        {name: 'in use', align: 'right' as const},
        {name: 'policy'},
      ],
      rows: losses.map(({host, left}) => [
        host.name,
        stateOf(host),
        bytes(left.capacity.memoryBytes),
        share(left.reserved.memoryBytes, left.capacity.memoryBytes),
        share(left.used.memoryBytes, left.capacity.memoryBytes),
        left.enough ? 'kept' : 'BROKEN',
      ]),
    },
    notes: notesOf(
      cluster,
      now.enough ? '' : now.saw,
      losses.filter(({left}) => !left.enough).map(({host}) => host.name),
    ),
    json: {
      cluster: cluster.name,
      ha: cluster.ha,
      capacity: capacityOf(hosts),
      now,
      without: losses.map(({host, left}) => ({host: host.name, ...left})),
    },
  }
}

function notesOf({name, ha}: Cluster, brokenNow: string, brokenBy: readonly string[]): string[] {
  if (!ha.enabled) return [`${name}: HA is off; the table says what would be left all the same`]
  return [
    ...(ha.hostMonitoring ? [] : [`${name}: HA is on, and yet hosts are not monitored`]),
    ...(ha.admissionControl ? [] : [`${name}: admission control is off: nothing keeps the reserve`]),
    ...(brokenNow ? [`${name}: the policy is broken now: ${brokenNow}`] : []),
    ...(brokenBy.length > 0 ? [`${name}: without ${brokenBy.join(', ')} the policy would be broken`] : []),
  ]
}
