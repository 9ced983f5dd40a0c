import type {Identity} from '../../systems/aws/identity.js'
import type {Chosen, FleetSurroundings} from './surroundings.js'

/** Systems Manager as the way to a fleet. */
export type SsmWay = {account: string; column: string}

export type NodeFacts = {
  identity: Identity
  expectedAccount: string | null
  takenAtMs: number
  /** Hosts whose label has no id of a node. */
  without: string[]
  /** Hosts whose node Systems Manager does not know, and whose agent has not reported lately. */
  unknown: string[]
  offline: string[]
}

const NODE_ID = /^m?i-[0-9a-f]{8,17}$/

/** The id of a host's node; empty where its label has none. */
export function nodeIdOf({labels}: Chosen['hosts'][number], {column}: SsmWay): string {
  const id = labels[column] ?? ''
  return NODE_ID.test(id) ? id : ''
}

export async function nodesOf(
  systems: Pick<FleetSurroundings, 'aws' | 'now'>,
  way: SsmWay,
  {hosts}: Chosen,
  signal: AbortSignal,
): Promise<NodeFacts> {
  const aws = await systems.aws(way.account)
  const ids = new Map(hosts.map((host) => [host.id, nodeIdOf(host, way)]))
  const asked = [...ids.values()].filter((id) => id !== '')
  const nodes = asked.length > 0 ? await aws.nodes({ids: asked}, signal) : []
  const ping = new Map(nodes.map((node) => [node.id, node.ping]))
  const where = (fits: (node: string) => boolean) =>
    [...ids].flatMap(([host, node]) => (fits(node) ? [host] : []))
  return {
    identity: await aws.identity(signal),
    expectedAccount: aws.expectedAccount,
    takenAtMs: systems.now(),
    without: where((node) => node === ''),
    unknown: where((node) => node !== '' && !ping.has(node)),
    offline: where((node) => ping.has(node) && ping.get(node) !== 'Online'),
  }
}
