import {z} from 'zod'
import type {Runbook} from '../../engine/runbook.js'
import type {RedisSystems} from '../../systems/redis/cluster.js'
import {type Facts, shards} from './facts.js'
import {common} from './input.js'
import {inSync, type Move, mastersPerMachine} from './move.js'
import {type Chosen, graceful, moveTable, PROMISE} from './moves.js'

const input = z.strictObject(common)
type BalanceInput = z.infer<typeof input>

/** Spreads the masters over the machines by failovers. Slots never move. */
export const balance: Runbook<BalanceInput, Facts, RedisSystems> = {
  id: 'redis.balance',
  summary: 'Spread the masters over the machines',
  input,
  effect: () => 'change',
  subject: (asked) => asked.cluster,
  ...graceful(choose),
  view(asked, facts) {
    const {moves} = choose(asked, facts)
    const counts = [...mastersPerMachine(facts)]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([machine, count]) => [machine, String(count)])
    return {
      title: `Spread the masters of ${asked.cluster} by ${moves.length} failovers`,
      tables: [
        {columns: [{name: 'machine'}, {name: 'masters', align: 'right'}], rows: counts},
        ...(moves.length > 0 ? [moveTable(moves, facts)] : []),
      ],
      notes: [PROMISE],
    }
  },
  onFailure: 'stop',
}

/** Takes, again and again, one master from the fullest machine to an emptier one, while that evens things out. */
function choose(_asked: BalanceInput, facts: Facts): Chosen {
  const counts = mastersPerMachine(facts)
  const moved = new Set<string>()
  const moves: Move[] = []
  for (;;) {
    const next = bestMove(facts, counts, moved)
    if (!next) break
    moves.push(next)
    moved.add(next.shard.master.line.id)
    const [from, to] = [next.shard.master.survey.machine, next.to.survey.machine]
    counts.set(from, (counts.get(from) ?? 0) - 1)
    counts.set(to, (counts.get(to) ?? 0) + 1)
  }
  return {
    moves,
    findings: [{id: 'spread', level: 'pass', saw: `${moves.length} failovers even the masters out`}],
  }
}

function bestMove(
  facts: Facts,
  counts: ReadonlyMap<string, number>,
  moved: ReadonlySet<string>,
): Move | undefined {
  const options = shards(facts)
    .filter(({master}) => !moved.has(master.line.id))
    .flatMap((shard) => shard.replicas.filter(inSync).map((to) => ({shard, to})))
    .map((move) => ({
      move,
      gain: (counts.get(move.shard.master.survey.machine) ?? 0) - (counts.get(move.to.survey.machine) ?? 0),
    }))
    .filter(({gain}) => gain >= 2)
    .toSorted((a, b) => b.gain - a.gain || (a.move.to.line.id < b.move.to.line.id ? -1 : 1))
  return options[0]?.move
}
