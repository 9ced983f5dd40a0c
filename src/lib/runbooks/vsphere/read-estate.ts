import {EarlyEnd} from '../../engine/early.js'
import type {About, Host} from '../../systems/vsphere/model.js'
import type {Estate, HostHealth, VsphereSystems} from '../../systems/vsphere/vcenter.js'
import {classOf} from './faults.js'
import {readSurroundings} from './read-host.js'

export type EstateFacts = {about: About; takenAtMs: number; serverAtMs: number; estate: Estate}

/** Everything of one vCenter, or one cluster of it. @throws EarlyEnd `usage` when there is no such cluster */
export async function readEstate(
  systems: VsphereSystems,
  {vcenter: target, cluster}: {vcenter: string; cluster: string | null},
  signal: AbortSignal,
): Promise<EstateFacts> {
  const vcenter = await systems.vsphere(target)
  const about = await vcenter.about(signal)
  const serverAtMs = await vcenter.clock(signal)
  const takenAtMs = systems.now()
  const estate = await vcenter.estate(cluster, signal).catch((error: unknown) => {
    throw classOf(error) === 'no-such-cluster' ? noCluster(cluster ?? '', error) : error
  })
  return {about, takenAtMs, serverAtMs, estate}
}

function noCluster(name: string, error: unknown): EarlyEnd {
  const {hint} = error as {hint?: string}
  return new EarlyEnd('usage', `there is no cluster ${name}`, hint ? [hint] : [], ['redeye vsphere status'])
}

export type HealthFacts = {
  host: Host
  health: HostHealth
  serverAtMs: number
  takenAtMs: number
  storesAway: string[]
}

export async function readHealth(
  systems: VsphereSystems,
  asked: {vcenter: string; host: string},
  signal: AbortSignal,
): Promise<HealthFacts> {
  const {host, datastores, serverAtMs, takenAtMs} = await readSurroundings(systems, asked, signal)
  const health = await (await systems.vsphere(asked.vcenter)).health(host.ref, signal)
  const storesAway = datastores.flatMap(({ref, name, hosts}) =>
    host.datastores.includes(ref) && !hosts.includes(host.ref) ? [name] : [],
  )
  return {host, health, serverAtMs, takenAtMs, storesAway}
}
