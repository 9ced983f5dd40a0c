import {z} from 'zod'
import {EarlyEnd} from '../../engine/early.js'
import type {Finding, Runbook} from '../../engine/runbook.js'
import type {RedisSystems} from '../../systems/redis/cluster.js'
import {called, type Facts, readCluster, shards} from './facts.js'
import {spread} from './guards/afterwards.js'
import {common} from './input.js'
import {candidates, inSync, type Move, mastersPerMachine} from './move.js'
import {type Chosen, graceful, moveTable, PROMISE} from './moves.js'

const input = z.strictObject({
  ...common,
  /** A machine of the inventory, or an announced address. */
  host: z.string().min(1),
  /** Move what can be moved, and leave masters without a replica elsewhere where they are. */
  partial: z.boolean(),
})
type EvacuateInput = z.infer<typeof input>

/** Every master on one machine hands over to a replica elsewhere, one after the other, before maintenance. */
export const evacuate: Runbook<EvacuateInput, Facts, RedisSystems> = {
  id: 'redis.evacuate',
  summary: 'Move every master away from one machine, without losing a write',
  input,
  effect: () => 'change',
  subject: (asked) => asked.host,
  ...graceful(choose),
  async survey(systems, asked, signal) {
    const facts = await readCluster(systems, asked.cluster, signal)
    mustRunHere(asked, facts)
    return facts
  },
  view(asked, facts) {
    const {moves} = choose(asked, facts)
    const bare = shards(facts).filter(({replicas}) =>
      replicas.some(({survey}) => survey.machine === asked.host),
    )
    return {
      title: `Move ${moves.length} masters of ${asked.cluster} away from ${asked.host}`,
      tables: moves.length > 0 ? [moveTable(moves, facts)] : [],
      notes: [
        PROMISE,
        ...(bare.length > 0
          ? [
              `these shards have a replica on ${asked.host} and do without it during the maintenance: ${bare.map(({slots}) => slots.join(' ')).join(', ')}`,
            ]
          : []),
        `once it is done it is safe to stop redis on ${asked.host}`,
      ],
    }
  },
  afterwards: (_asked, run) => [`redeye redis restore ${run}`],
  // Shards that have moved are healthy where they are.
  onFailure: 'stop',
}

function choose(asked: EvacuateInput, facts: Facts): Chosen {
  const here = shards(facts).filter(({master}) => master.survey.machine === asked.host)
  const masters = mastersPerMachine(facts)
  const chosen = here.map((shard) => {
    const [to] = candidates(shard, asked, facts, [asked.host], masters)
    if (to) masters.set(to.survey.machine, (masters.get(to.survey.machine) ?? 0) + 1)
    return {shard, to}
  })
  const stuck = chosen.filter(({to}) => !to || !inSync(to))
  const moves = chosen.flatMap(({shard, to}): Move[] =>
    to && (inSync(to) || !asked.partial) ? [{shard, to}] : [],
  )
  return {
    moves,
    findings: [
      host(asked, here.length),
      stuckFinding(
        asked,
        stuck.map(({shard}) => called(shard.master)),
      ),
      spread(moves, facts),
    ],
  }
}

/** A name that fits no machine must not read as nothing to do. @throws EarlyEnd `usage` */
function mustRunHere({host, cluster}: EvacuateInput, {nodes}: Facts): void {
  if (nodes.some(({machine}) => machine === host)) return
  const known = [...new Set(nodes.map(({machine}) => machine))].sort()
  throw new EarlyEnd(
    'usage',
    `no node of ${cluster} runs on ${host}`,
    [`its machines are ${known.join(', ')}`],
    ['redeye redis status'],
  )
}

function host(asked: EvacuateInput, masters: number): Finding {
  return {id: 'host', level: 'pass', saw: `${masters} masters with slots run on ${asked.host}`}
}

function stuckFinding(asked: EvacuateInput, names: readonly string[]): Finding {
  if (names.length === 0)
    return {id: 'replica-elsewhere', level: 'pass', saw: 'every master has a replica in sync elsewhere'}
  const saw = `no replica in sync elsewhere for ${names.join(', ')}`
  if (asked.partial) return {id: 'replica-elsewhere', level: 'warn', saw: `${saw}: they stay`}
  return {
    id: 'replica-elsewhere',
    level: 'refuse',
    saw,
    clear: 'add replicas elsewhere, or move the others with --partial',
  }
}
