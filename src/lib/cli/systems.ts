import {randomUUID} from 'node:crypto'
import {dirname} from 'node:path'
import type {Past, Request} from '../engine/request.js'
import type {FleetSurroundings} from '../runbooks/receivers/surroundings.js'
import type {AwsAccount, AwsSystems} from '../systems/aws/account.js'
import type {Azure, AzureSystems} from '../systems/azure/azure.js'
import type {HaproxySystems} from '../systems/haproxy/group.js'
import type {HaproxyInstance} from '../systems/haproxy/instance.js'
import type {LinuxHost, LinuxSystems} from '../systems/linux/host.js'
import type {FleetLinks} from '../systems/receivers/fleet.js'
import type {RedisCluster, RedisSystems} from '../systems/redis/cluster.js'
import type {Observed} from '../systems/vsphere/exchange.js'
import type {Vcenter, VsphereSystems} from '../systems/vsphere/vcenter.js'
import {AZURE_ENV} from './azure-env.js'
import {realClock} from './clock.js'
import type {Environment} from './environment.js'
import {GOVC, impliesVsphere} from './govc-env.js'
import {inventoryIfAny, inventoryOf} from './inventory.js'
import {fleetSurroundings} from './receivers-surroundings.js'
import {UsageError} from './usage-error.js'

/** Every system that runbooks reach, built from the inventory when it is first asked for. */
export interface Systems
  extends HaproxySystems,
    RedisSystems,
    VsphereSystems,
    FleetSurroundings,
    AzureSystems,
    AwsSystems,
    LinuxSystems {
  /** Signs out where somebody signed in, and lets go of every connection. */
  close(): Promise<void>
}

function endedWell({entries}: Past): string[] {
  const states = new Map(
    entries.flatMap((entry) => (entry.kind === 'settled' ? [[entry.result.step, entry.result.state]] : [])),
  )
  return [...states].flatMap(([step, state]) => (state === 'changed' || state === 'already' ? [step] : []))
}

/**
 * @param asked what is done with them, where it is a run: a resume keeps its hosts
 * @param observe is told of every request to a vCenter
 */
export function openSystems(
  explicit: string | undefined,
  at: Environment,
  asked: Pick<Request, 'past' | 'overrides'> = {overrides: []},
  observe: (call: Observed) => void = () => {},
): Systems {
  const groups = new Map<string, Promise<HaproxyInstance[]>>()
  const clusters = new Map<string, Promise<RedisCluster>>()
  const centers = new Map<string, Promise<Vcenter>>()
  const fleets = new Map<string, Promise<FleetLinks>>()
  const subscriptions = new Map<string, Promise<Azure>>()
  const accounts = new Map<string, Promise<AwsAccount>>()
  const hosts = new Map<string, Promise<LinuxHost>>()
  const open: {close(): void | Promise<void>}[] = []
  return {
    haproxy(group) {
      return once(groups, group, () => openGroup(group))
    },
    redis(cluster) {
      return once(clusters, cluster, () => openOneCluster(cluster))
    },
    vsphere(target) {
      return once(centers, target, () => openOneVcenter(target))
    },
    azure(target, subscription) {
      const id = `${target} ${subscription}`
      return once(subscriptions, id, () => openSubscription(target, subscription))
    },
    fleet(name) {
      return once(fleets, name, () => openFleet(name))
    },
    aws(target) {
      return once(accounts, target, () => openOneAccount(target))
    },
    linux(name) {
      return once(hosts, name, () => openHost(name))
    },
    takenUp: () => (asked.past ? endedWell(asked.past) : null),
    async hook(line, host, limit) {
      const {runHook} = await import('./linux-hook.js')
      return await runHook(line, host, limit, at)
    },
    ...fleetSurroundings(explicit, at, asked.past),
    now: realClock.now,
    sleep: realClock.sleep,
    newId: randomUUID,
    async httpStatus(url, signal) {
      const {httpStatus} = await import('../remote/http-status.js')
      return await httpStatus(url, signal)
    },
    async monitorState(id, signal) {
      const [{monitorState}, {datadogAccess}] = await Promise.all([
        import('../systems/datadog/monitor.js'),
        import('./datadog-env.js'),
      ])
      return await monitorState(datadogAccess(at.env), id, signal)
    },
    async close() {
      await Promise.all(open.map((one) => one.close()))
    },
  }

  async function openSubscription(name: string, subscription: string): Promise<Azure> {
    const loaded = await inventoryIfAny(explicit, at)
    const target = loaded?.inventory.azure[name]
    // A resumed run must not end up at another endpoint because the inventory is another one.
    if (!target && name !== AZURE_ENV)
      throw new UsageError(`${loaded?.source ?? 'the inventory'} has no azure target ${name}`)
    const {openAzureTarget} = await import('./open-azure.js')
    return await openAzureTarget(name, target, subscription, dirname(loaded?.source ?? at.cwd), at)
  }

  async function openFleet(name: string): Promise<FleetLinks> {
    const {inventory, source} = await inventoryOf(explicit, at)
    const target = inventory.receivers[name]
    if (!target) throw new UsageError(`${source} has no receivers target ${name}`)
    const {openReceivers} = await import('./receivers-open.js')
    const links = await openReceivers(target, dirname(source), at, asked.overrides.includes('unpinned'))
    open.push({close: () => void links.close()})
    return links
  }

  async function openOneAccount(name: string): Promise<AwsAccount> {
    const {openAccount} = await import('./open-aws.js')
    const account = await openAccount(name, explicit, at)
    open.push(account)
    return account
  }

  async function openHost(name: string): Promise<LinuxHost> {
    const {openLinuxHost} = await import('./linux-open.js')
    const host = await openLinuxHost(name, explicit, at)
    open.push(host)
    return host
  }

  async function openGroup(group: string): Promise<HaproxyInstance[]> {
    const {inventory, source} = await inventoryOf(explicit, at)
    const target = inventory.haproxy[group]
    if (!target) throw new UsageError(`${source} has no haproxy target ${group}`)
    const {openHaproxy} = await import('./open-haproxy.js')
    const keep = (one: {close(): void}) => void open.push(one)
    const instances = await Promise.all(
      target.instances.map((one) => openHaproxy(one, dirname(source), at, keep)),
    )
    open.push(...instances)
    return instances
  }

  async function openOneCluster(name: string): Promise<RedisCluster> {
    const {inventory, source} = await inventoryOf(explicit, at)
    const target = inventory.redis[name]
    if (!target) throw new UsageError(`${source} has no redis target ${name}`)
    const {openRedis} = await import('./open-redis.js')
    const cluster = await openRedis(name, target, dirname(source), at)
    open.push(cluster)
    return cluster
  }

  async function openOneVcenter(name: string): Promise<Vcenter> {
    const implied = name === GOVC && impliesVsphere(at.env)
    const loaded = await (implied ? inventoryIfAny(explicit, at) : inventoryOf(explicit, at))
    const target = loaded?.inventory.vsphere[name]
    const {openGovc, openVsphere} = await import('./open-vsphere.js')
    if (!target && !implied) throw new UsageError(`${loaded?.source} has no vsphere target ${name}`)
    const center =
      loaded && target
        ? await openVsphere(name, target, dirname(loaded.source), at, observe)
        : await openGovc(at, observe)
    open.push(center)
    return center
  }
}

/** What was opened under this key, or is opened now. */
function once<Opened>(
  known: Map<string, Promise<Opened>>,
  key: string,
  open: () => Promise<Opened>,
): Promise<Opened> {
  const opened = known.get(key) ?? open()
  known.set(key, opened)
  return opened
}
