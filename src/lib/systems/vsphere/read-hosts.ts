import {type Found, kind} from './kind.js'
import {DATACENTER, FOLDER} from './kinds-cluster.js'
import {entityName, pathOf} from './parse-name.js'
import {ancestors} from './read-above.js'
import {toClusters} from './select.js'
import type {Session} from './session.js'
import {array, ref, struct, text} from './shape.js'
import {sweep} from './sweep.js'
import type {FoundHost} from './vcenter.js'

const HOST_NAME = kind('HostSystem', {name: text, parent: ref})
const CLUSTER_NAME = kind('ClusterComputeResource', {name: text, parent: ref})
const LONE_NAME = kind('ComputeResource', {name: text, parent: ref})
const NAMES = [HOST_NAME, CLUSTER_NAME, LONE_NAME, FOLDER, DATACENTER]

/** What a host calls itself. */
const HOST_ADDRESS = kind('HostSystem', {
  'config.network.vnic': array(struct({spec: struct({ip: struct({ipAddress: text})})})),
  'config.network.dnsConfig': struct({hostName: text, domainName: text}),
})

/** Hosts that have this name, inventory path or reference; when there are none, those that have it as an address. */
export async function findHosts(session: Session, wanted: string, signal: AbortSignal): Promise<FoundHost[]> {
  const hosts = await allHosts(session, signal)
  const exact = hosts.filter(({ref: own, name, path}) => [own, name, path].includes(wanted))
  if (exact.length > 0 || wanted === '') return exact
  const same = wanted.toLowerCase()
  const alike = hosts.filter(({name, path}) => [name.toLowerCase(), path.toLowerCase()].includes(same))
  if (alike.length > 0) return alike
  const answering = await hostsAt(session, same, signal)
  return hosts.filter((one) => answering.has(one.ref))
}

async function allHosts(session: Session, signal: AbortSignal): Promise<FoundHost[]> {
  const found = await sweep(session, NAMES, await fromRoot(session, signal), signal)
  const above = ancestors(found, [...found.all(CLUSTER_NAME), ...found.all(LONE_NAME)])
  return found.all(HOST_NAME).map((one) => ({
    ref: one.ref,
    name: entityName(one.name, one.ref),
    path: pathOf(one, above),
    parent: one.parent ?? '',
  }))
}

/** References of those with this address or DNS name. */
async function hostsAt(session: Session, address: string, signal: AbortSignal): Promise<Set<string>> {
  const found = await sweep(session, [HOST_ADDRESS], await fromRoot(session, signal), signal)
  const fitting = found.all(HOST_ADDRESS).filter((one) => addresses(one).includes(address))
  return new Set(fitting.map((one) => one.ref))
}

function addresses(found: Found<typeof HOST_ADDRESS>): string[] {
  const {hostName = '', domainName = ''} = found['config.network.dnsConfig'] ?? {}
  const ips = (found['config.network.vnic'] ?? []).map(({spec}) => spec?.ip?.ipAddress ?? '')
  return [...ips, hostName, `${hostName}.${domainName}`]
    .filter((one) => one !== '' && one !== '.')
    .map((one) => one.toLowerCase())
}

async function fromRoot(session: Session, signal: AbortSignal) {
  const {rootFolder} = await session.content(signal)
  return rootFolder ? [{from: rootFolder, on: toClusters([{type: 'ComputeResource', path: 'host'}])}] : []
}
