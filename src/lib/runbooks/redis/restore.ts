import {z} from 'zod'
import type {Finding, Runbook} from '../../engine/runbook.js'
import type {RedisSystems} from '../../systems/redis/cluster.js'
import {covers} from '../../systems/redis/key-slot.js'
import {type Facts, shards, short} from './facts.js'
import {common} from './input.js'
import {inSync, type Move} from './move.js'
import {type Chosen, graceful, moveTable, PROMISE} from './moves.js'

const input = z.strictObject({
  ...common,
  /** The run whose layout is wanted back. */
  run: z.string(),
  /** The masters before that run: one slot of each shard stands for all of them. */
  wanted: z.array(z.strictObject({slot: z.number().int(), master: z.string()})),
})
type RestoreInput = z.infer<typeof input>

/** Puts masters back where a finished run found them, as far as they are replicas in sync by now. Never replays. */
export const restore: Runbook<RestoreInput, Facts, RedisSystems> = {
  id: 'redis.restore',
  summary: 'Put the masters back where an evacuation found them',
  input,
  effect: () => 'change',
  subject: (asked) => asked.run,
  ...graceful(choose),
  view(asked, facts) {
    const {moves} = choose(asked, facts)
    return {
      title: `Put ${moves.length} masters of ${asked.cluster} back where run ${asked.run} found them`,
      tables: moves.length > 0 ? [moveTable(moves, facts)] : [],
      notes: [PROMISE],
    }
  },
  onFailure: 'stop',
}

function choose(asked: RestoreInput, facts: Facts): Chosen {
  const moves: Move[] = []
  const not: string[] = []
  for (const {slot, master} of asked.wanted) {
    const shard = shards(facts).find(({slots}) => covers(slots, slot))
    if (!shard || shard.master.line.id === master) continue
    const to = shard.replicas.find(({line}) => line.id === master)
    if (to && inSync(to)) moves.push({shard, to})
    else
      not.push(
        `${short(master)} ${to ? 'is a replica, but not in sync' : `is no replica of the shard with slot ${slot} any more`}`,
      )
  }
  return {moves, findings: [back(not)]}
}

function back(not: readonly string[]): Finding {
  if (not.length === 0)
    return {id: 'former-master', level: 'pass', saw: 'every former master could take its shard back'}
  return {id: 'former-master', level: 'warn', saw: `these stay where they are: ${not.join('; ')}`}
}
