import type {LabRedisNode} from './redis-node.js'
import {until} from './until.js'

/** One line of `CLUSTER NODES`, as far as the lab waits for it. */
type Line = {id: string; flags: string[]; masterId: string; epoch: string; link: string; slots: string}

export async function tableOf(node: LabRedisNode): Promise<Line[]> {
  return readTable(await node.ask('CLUSTER', 'NODES'))
}

export function readTable(text: string): Line[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [id = '', , flags = '', masterId = '', , , epoch = '', link = '', ...slots] = line.split(' ')
      return {id, flags: flags.split(','), masterId, epoch, link, slots: slots.join(' ')}
    })
}

/** A field of INFO or CLUSTER INFO. */
export function field(text: string, name: string): string {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(text)?.[1] ?? ''
}

/** Waits until every node runs, agrees with the others, reaches them, and every replica is in sync. @throws with what is missing */
export async function settled(nodes: readonly LabRedisNode[], limitMs: number): Promise<void> {
  let missing = ''
  const came = await until(async () => {
    missing = await whatIsMissing(nodes)
    return missing === ''
  }, limitMs)
  if (!came) throw new Error(`the cluster did not settle within ${limitMs / 1000} s: ${missing}`)
}

async function whatIsMissing(nodes: readonly LabRedisNode[]): Promise<string> {
  const views = new Map<string, string>()
  for (const node of nodes) {
    const seen = await lookAt(node).catch((error: Error) => ({missing: error.message, view: ''}))
    if (seen.missing !== '') return `${node.name}: ${seen.missing}`
    views.set(seen.view, node.name)
  }
  return views.size === 1 ? '' : `${[...views.values()].join(', ')} see different clusters`
}

async function lookAt(node: LabRedisNode): Promise<{missing: string; view: string}> {
  const table = await tableOf(node)
  const [info, replication] = await Promise.all([
    node.ask('CLUSTER', 'INFO'),
    node.ask('INFO', 'replication'),
  ])
  const apart = table.find(
    ({flags, link}) =>
      link !== 'connected' || flags.some((flag) => ['fail', 'fail?', 'handshake', 'noaddr'].includes(flag)),
  )
  const view = table.map(({id, flags, masterId, epoch, slots}) =>
    [id, flags.includes('master'), masterId, epoch, slots].join(' '),
  )
  return {missing: missingOf(apart, info, replication), view: view.sort().join('\n')}
}

function missingOf(apart: Line | undefined, info: string, replication: string): string {
  if (apart) return `${apart.id.slice(0, 8)} is ${apart.flags.join()} and ${apart.link}`
  if (field(info, 'cluster_state') !== 'ok') return 'cluster_state is fail'
  if (field(replication, 'role') === 'slave')
    return field(replication, 'master_link_status') === 'up' ? '' : 'the link to its master is down'
  return /^slave\d+:(?!.*state=online)/m.test(replication) ? 'a replica is not online' : ''
}
