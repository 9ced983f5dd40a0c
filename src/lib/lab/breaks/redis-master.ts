import type {LabRecord} from '../lab-record.js'
import {killProcess} from '../process.js'
import {isAlive} from '../process-identity.js'
import {askNode} from '../redis-node.js'
import {field, readTable} from '../redis-view.js'
import {labStart} from '../state.js'
import {until} from '../until.js'
import {type Break, oneOf, type Seen} from './break.js'

const LIMIT_MS = 30_000

/** Redis would replace it by itself; its replicas are told not to. */
export const redisMaster: Break = {
  name: 'redis-master',
  part: 'redis',
  says: 'dead, and nobody takes over',
  cure: 'redis force-failover',
  hint: 'With slots uncovered the whole cluster refuses writes. The status says which slots have no master, and why nobody took over. A forced failover is asked of the replica; it may lose the last writes. What was lost can be told only if you took a status before: redis status remembers the offset of every master.',
  practise: () => [
    'redeye redis status',
    'redeye redis check',
    'redeye redis force-failover --slot N --dry-run',
    'redeye redis force-failover --slot N',
  ],
  async break({record, random}) {
    const [anyone] = await alive(record)
    const table = readTable(await ask(record, anyone ?? '', 'CLUSTER', 'NODES'))
    const masters = table
      .filter(({id, slots}) => slots !== '' && table.some(({masterId}) => masterId === id))
      .sort((a, b) => Number.parseInt(a.slots, 10) - Number.parseInt(b.slots, 10))
    const {id, slots} = oneOf(masters, random)
    const node = await nodeWith(record, id)
    const replicas: string[] = []
    for (const one of table.filter(({masterId}) => masterId === id))
      replicas.push(await nodeWith(record, one.id))
    for (const replica of replicas)
      await ask(record, replica, 'CONFIG', 'SET', 'cluster-replica-no-failover', 'yes')
    await killProcess(processOf(record, node))
    return {node, replicas, slots}
  },
  look: async ({record}, {slots}) => await whoServes(record, String(slots)),
  async mend({record, stateDir}, {node, replicas, slots}) {
    for (const replica of replicas as string[])
      await ask(record, replica, 'CONFIG', 'SET', 'cluster-replica-no-failover', 'no')
    // A dead node comes back empty: its replica takes over first, or everything is lost.
    const [first = ''] = replicas as string[]
    if (!(await whoServes(record, String(slots))).over) {
      await ask(record, first, 'CLUSTER', 'FAILOVER', 'TAKEOVER')
      await until(async () => (await whoServes(record, String(slots))).over, LIMIT_MS, 100)
    }
    await labStart('redis', String(node), {stateDir})
  },
}

/** Whether a node that runs says that it is master of these slots, and that the cluster takes writes. */
async function whoServes(record: LabRecord, slots: string): Promise<Seen> {
  for (const node of await alive(record)) {
    const table = readTable(await ask(record, node, 'CLUSTER', 'NODES'))
    const self = table.find(({flags}) => flags.includes('myself'))
    if (!self?.flags.includes('master') || self.slots !== slots) continue
    const state = field(await ask(record, node, 'CLUSTER', 'INFO'), 'cluster_state')
    return {over: state === 'ok', saw: `${node} is master of slots ${slots}, cluster_state is ${state}`}
  }
  return {over: false, saw: `slots ${slots} have no master`}
}

async function alive({processes}: LabRecord): Promise<string[]> {
  const nodes = processes.filter(({spec}) => /^n\d+$/.test(spec.name))
  const up = await Promise.all(nodes.map(isAlive))
  return nodes.filter((_, at) => up[at]).map(({spec}) => spec.name)
}

async function nodeWith(record: LabRecord, id: string): Promise<string> {
  for (const node of await alive(record)) if ((await ask(record, node, 'CLUSTER', 'MYID')) === id) return node
  throw new Error(`no node of the lab that runs has the id ${id}`)
}

async function ask(record: LabRecord, node: string, ...args: string[]): Promise<string> {
  const {ready} = processOf(record, node).spec
  return await askNode(ready && 'path' in ready ? ready.path : '', args)
}

function processOf({processes}: LabRecord, node: string) {
  const found = processes.find(({spec}) => spec.name === node)
  if (!found) throw new Error(`the lab has no node ${node}`)
  return found
}
