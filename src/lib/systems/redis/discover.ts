import {RemoteError} from '../../remote/fault.js'
import type {NodeSurvey, RedisCluster} from './cluster.js'
import {addressText} from './connect.js'
import type {ClusterLine, RedisNode} from './node.js'
import {openRedisNode, type RedisAddress, type RedisSignIn} from './open.js'
import {nameLabels} from './read-config.js'

export interface ClusterPlaces {
  name: string
  seeds: RedisAddress[]
  signIn: RedisSignIn
  /** Announced `ip:port` to what is reachable from here (NAT, containers, tunnels). */
  addresses: {[announced: string]: RedisAddress}
  /** Announced `ip:port` to the machine it runs on. */
  machines: {[announced: string]: string}
}

/** Finds the nodes of a cluster from its seeds. Opens nothing before it is asked. */
export function openCluster(places: ClusterPlaces): RedisCluster & {close(): void} {
  const seeds = places.seeds.map((at) => openRedisNode(at, places.signIn))
  const nodes = new Map<string, RedisNode>()
  let answered: string[] = []

  async function survey(signal: AbortSignal): Promise<NodeSurvey[]> {
    const read = new Map<string, NodeSurvey>()
    // A node that has just joined, or was cut off, may be known to some only.
    let lines = await firstTable(signal)
    while (lines.length > 0) {
      const round = await Promise.all(lines.map((line) => readOne(line, signal)))
      for (const one of round) read.set(one.id, one)
      lines = unread(round, read)
    }
    const all = [...read.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
    answered = all.filter((one) => one.reading !== null).map((one) => one.id)
    return withNamedSecrets(all)
  }

  /** From whoever answers first: some that did so before, else anybody. */
  async function firstTable(signal: AbortSignal): Promise<ClusterLine[]> {
    const known = answered.flatMap((id) => nodes.get(id) ?? [])
    const some = await anyTable(known.slice(0, SOME), signal)
    if (Array.isArray(some)) return some
    const any = await anyTable([...seeds, ...known.slice(SOME)], signal)
    for (const seed of seeds) seed.close()
    if (Array.isArray(any)) return any
    throw noSeed(places.name, any.errors)
  }

  async function readOne(line: ClusterLine, signal: AbortSignal): Promise<NodeSurvey> {
    const announced = `${line.ip}:${line.port}`
    const at = reachedBy(line)
    const place = {
      id: line.id,
      announced,
      where: at ? addressText(at) : '',
      machine: places.machines[announced] ?? line.ip,
    }
    try {
      if (line.flags.includes('handshake')) throw introduced
      if (!at) throw noAddress
      return {...place, error: '', class: '', hint: '', reading: await nodeAt(line.id, at).read(signal)}
    } catch (error) {
      if (signal.aborted || !(error instanceof RemoteError)) throw error
      const {message, class: kind = '', hint = ''} = error
      return {...place, error: message, class: kind, hint, reading: null}
    }
  }

  function reachedBy({ip, port}: ClusterLine): RedisAddress | undefined {
    return places.addresses[`${ip}:${port}`] ?? (ip === '' || port === 0 ? undefined : {host: ip, port})
  }

  /** A node that has moved to another address gets another connection. */
  function nodeAt(id: string, at: RedisAddress): RedisNode {
    const known = nodes.get(id)
    if (known?.where === addressText(at)) return known
    known?.close()
    const node = openRedisNode(at, places.signIn, id)
    nodes.set(id, node)
    return node
  }

  return {
    name: places.name,
    survey,
    async node(id, signal) {
      if (!nodes.has(id)) await survey(signal)
      const found = nodes.get(id)
      if (found) return found
      throw new RemoteError('unreachable', `no node of ${places.name} has the id ${id} and an address`, {
        class: 'no-such-node',
      })
    },
    async reachable(signal) {
      if (answered.length === 0) await survey(signal)
      return answered.flatMap((id) => nodes.get(id) ?? [])
    },
    close() {
      for (const node of [...seeds, ...nodes.values()]) node.close()
    },
  }
}

/** Of the nodes that are known, so many are asked for their table. */
const SOME = 3

const introduced = new RemoteError('unreachable', 'this node is being introduced to the cluster', {
  class: 'handshake',
  hint: 'Wait some seconds; if it stays, the nodes cannot reach each other on the bus port.',
})
const noAddress = new RemoteError('unreachable', 'the cluster knows no address of this node', {
  class: 'no-address',
  hint: 'It was restarted elsewhere or its nodes.conf is gone: introduce it with CLUSTER MEET, or forget it.',
})

/** The first table that comes, or why none did. */
async function anyTable(
  nodes: readonly RedisNode[],
  signal: AbortSignal,
): Promise<ClusterLine[] | AggregateError> {
  try {
    return await Promise.any(nodes.map((node) => node.table(signal)))
  } catch (error) {
    if (error instanceof AggregateError) return error
    throw error
  }
}

function unread(round: readonly NodeSurvey[], read: ReadonlyMap<string, NodeSurvey>): ClusterLine[] {
  const lines = round.flatMap((one) => one.reading?.table ?? []).filter((line) => !read.has(line.id))
  return [...new Map(lines.map((line) => [line.id, line])).values()]
}

/** What is no fault of the seeds is thrown as it is; of theirs, a refused sign-in says more than silence. */
function noSeed(cluster: string, errors: readonly unknown[]): unknown {
  const other = errors.find((error) => !(error instanceof RemoteError))
  if (other !== undefined) return other
  const remote = errors as readonly RemoteError[]
  const most = remote.find(({fault}) => fault === 'refused') ?? remote[0]
  const {fault = 'unreachable', class: kind, hint} = most ?? {}
  const says = remote.map(({message}) => message).join('; ')
  return new RemoteError(fault, `no seed of ${cluster} answered: ${says}`, {
    ...(kind !== undefined && {class: kind}),
    ...(hint !== undefined && {hint}),
  })
}

function withNamedSecrets(all: readonly NodeSurvey[]): NodeSurvey[] {
  const configs = nameLabels(all.map((one) => one.reading?.config ?? null))
  return all.map((one, at) => ({
    ...one,
    reading: one.reading && {...one.reading, config: configs[at] ?? null},
  }))
}
