import type {Host} from '../../systems/vsphere/model.js'
import type {Facts} from './facts.js'
import type {EstateFacts} from './read-estate.js'

/** One host of the estate with its cluster, as an evacuation would see it before it asks the server anything. */
export function factsOfHost(
  host: Host,
  {about, takenAtMs, serverAtMs, estate}: EstateFacts,
): Facts | undefined {
  const cluster = estate.clusters.find(({ref}) => ref === host.parent)
  if (!cluster) return undefined
  const hosts = estate.hosts.filter(({parent}) => parent === cluster.ref)
  const refs = new Set(hosts.map(({ref}) => ref))
  return {
    takenAtMs,
    serverAtMs,
    about,
    user: '',
    host,
    cluster,
    hosts,
    named: {targets: [], exclude: []},
    pools: {},
    vms: estate.vms.filter((vm) => refs.has(vm.host)),
    datastores: estate.datastores,
    lacking: [],
    matrix: false,
    incompatible: [],
    checks: [],
  }
}
