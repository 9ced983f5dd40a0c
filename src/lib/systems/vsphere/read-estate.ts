import {RemoteError} from '../../remote/fault.js'
import type {Found} from './kind.js'
import {kind} from './kind.js'
import {ALARM, CLUSTER, DATACENTER, DATASTORE, FOLDER, LONE} from './kinds-cluster.js'
import {HOST} from './kinds-host.js'
import {RECENT_TASK} from './kinds-task.js'
import {VM, VM_DEVICES} from './kinds-vm.js'
import type {RunningTask} from './model.js'
import {parseCluster, parseLone} from './parse-cluster.js'
import {parseDatastore} from './parse-datastore.js'
import {parseHost, redAlarms} from './parse-host.js'
import {entityName, pathOf} from './parse-name.js'
import {runningTasks} from './parse-task.js'
import {parseVm} from './parse-vm.js'
import {ancestors} from './read-above.js'
import {ALL_TASKS, HOST_TASKS, IN_CLUSTER, type Start, toClusters, UP, VM_TASKS} from './select.js'
import type {Session} from './session.js'
import {ref, text} from './shape.js'
import {type Sweep, type SweepLimits, sweep, theOne} from './sweep.js'
import type {Estate, Surroundings} from './vcenter.js'

const EVERYTHING = [HOST, CLUSTER, LONE, VM, DATASTORE, FOLDER, DATACENTER]

/** The cluster of one host with all that is in it: two calls when there is one page. */
export async function readSurroundings(
  session: Session,
  host: string,
  signal: AbortSignal,
  limits?: SweepLimits,
): Promise<Surroundings> {
  const from = {type: 'HostSystem', ref: host}
  const start: Start = {from, on: [UP, {type: 'HostSystem', path: 'parent', on: IN_CLUSTER}]}
  const found = await sweep(session, EVERYTHING, [start], signal, limits)
  theOne(found, HOST, host, session.where)
  const estate = await complete(session, found, host, signal, limits)
  const own = estate.hosts.find((one) => one.ref === host)
  const cluster = estate.clusters.find((one) => one.ref === own?.parent)
  if (own && cluster) return {...estate, host: own, cluster}
  throw new RemoteError('answered', `${session.where}: the cluster of ${host} cannot be read`, {
    class: 'no-permission',
    hint: 'This account needs at least System.Read on the cluster.',
  })
}

/** Everything, or one cluster by its name, path or reference. @throws RemoteError `no-such-cluster`: none is never all */
export async function readEstate(
  session: Session,
  cluster: string | null,
  signal: AbortSignal,
  limits?: SweepLimits,
): Promise<Estate> {
  const starts =
    cluster === null ? await fromRoot(session, signal) : await fromCluster(session, cluster, signal)
  const found = await sweep(session, EVERYTHING, starts, signal, limits)
  return await complete(session, found, null, signal, limits)
}

async function fromRoot(session: Session, signal: AbortSignal): Promise<Start[]> {
  const {rootFolder} = await session.content(signal)
  return rootFolder ? [{from: rootFolder, on: toClusters(IN_CLUSTER)}] : []
}

const CLUSTER_NAME = kind('ClusterComputeResource', {name: text, parent: ref})
const LONE_NAME = kind('ComputeResource', {name: text, parent: ref})

async function fromCluster(session: Session, wanted: string, signal: AbortSignal): Promise<Start[]> {
  const {rootFolder} = await session.content(signal)
  const start = rootFolder ? [{from: rootFolder, on: toClusters([])}] : []
  const found = await sweep(session, [CLUSTER_NAME, LONE_NAME, FOLDER, DATACENTER], start, signal)
  const all = [...found.all(CLUSTER_NAME), ...found.all(LONE_NAME)]
  const above = ancestors(found, all)
  const fitting = all.filter((one) =>
    [one.ref, entityName(one.name, one.ref), pathOf(one, above)].includes(wanted),
  )
  if (fitting.length > 0)
    return fitting.map(({type, ref: own}) => ({from: {type, ref: own}, on: [UP, ...IN_CLUSTER]}))
  const names = found.all(CLUSTER_NAME).map((one) => entityName(one.name, one.ref))
  throw new RemoteError('answered', `${session.where}: there is no cluster ${wanted}`, {
    class: 'no-such-cluster',
    hint: names.length > 0 ? `It has ${names.join(', ')}.` : 'It has none.',
  })
}

/** What a first sweep does not say: who is at work, what alarms are called, and the devices of the VMs on one host. */
async function complete(
  session: Session,
  found: Sweep,
  host: string | null,
  signal: AbortSignal,
  limits: SweepLimits | undefined,
): Promise<Estate> {
  const on = found.all(VM).filter((one) => one['runtime.host'] === host)
  const {taskManager} = await session.content(signal)
  const starts: Start[] = [
    ...on.map(({type, ref: own}) => ({from: {type, ref: own}, on: [VM_TASKS]})),
    ...found.all(HOST).map(({type, ref: own}) => ({from: {type, ref: own}, on: [HOST_TASKS]})),
    ...(taskManager ? [{from: taskManager, skip: true, on: [ALL_TASKS]}] : []),
    ...alarmsOf(found).map((own) => ({from: {type: 'Alarm', ref: own}})),
  ]
  const more = await sweep(session, [VM_DEVICES, RECENT_TASK, ALARM], starts, signal, limits)
  const {apiType} = await session.about(signal)
  return assemble(found, more, apiType === 'HostAgent')
}

function alarmsOf(found: Sweep): string[] {
  return [...new Set(found.all(HOST).flatMap(redAlarms))]
}

function assemble(found: Sweep, more: Sweep, direct: boolean): Estate {
  const running = runningTasks(more.all(RECENT_TASK))
  const clusters = [...found.all(CLUSTER).map(parseCluster), ...found.all(LONE).map(parseLone)]
  const above = ancestors(found, [...found.all(CLUSTER), ...found.all(LONE)])
  const devices = new Map(more.all(VM_DEVICES).map((one) => [one.ref, one]))
  const alarms = new Map(more.all(ALARM).map((one) => [one.ref, one['info.name'] ?? one.ref]))
  const inside = hostsToVms(found.all(VM))
  const hosts = found.all(HOST).map((one) =>
    parseHost(one, {
      path: pathOf(one, above),
      running: nearHost(one.ref, inside, running),
      vms: inside.get(one.ref) ?? new Set(),
      alarm: (own) => alarms.get(own) ?? own,
      direct,
    }),
  )
  const vms = found.all(VM).map((one) => parseVm(one, devices.get(one.ref), running))
  return {clusters, hosts, vms, datastores: found.all(DATASTORE).map(parseDatastore)}
}

function hostsToVms(vms: readonly Found<typeof VM>[]): Map<string, Set<string>> {
  const inside = new Map<string, Set<string>>()
  for (const {ref: own, 'runtime.host': host} of vms) {
    if (host === undefined) continue
    const known = inside.get(host)
    if (known) known.add(own)
    else inside.set(host, new Set([own]))
  }
  return inside
}

function nearHost(
  host: string,
  inside: ReadonlyMap<string, Set<string>>,
  running: readonly RunningTask[],
): RunningTask[] {
  return running.filter(({entity}) => entity === host || inside.get(host)?.has(entity))
}
