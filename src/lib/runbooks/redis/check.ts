import {z} from 'zod'
import type {Check} from '../../engine/check.js'
import type {Finding} from '../../engine/runbook.js'
import type {RedisSystems} from '../../systems/redis/cluster.js'
import {countSlots} from '../../systems/redis/key-slot.js'
import {called, type Facts, isFailed, readCluster, readings, shards, unread} from './facts.js'
import {sameViews} from './guards/cluster.js'
import {inSync} from './move.js'

const input = z.strictObject({cluster: z.string().min(1)})
type CheckInput = z.infer<typeof input>

const ALL_SLOTS = 16_384
/** A fresh cluster says `fail` for a moment although all is well: it is asked again before it counts. */
const SETTLE_MS = 5000
const POLL_MS = 500

/** Yes only if every node answers and agrees, every slot is served, and every master has a replica in sync. */
export const check: Check<CheckInput, RedisSystems> = {
  id: 'redis.check',
  summary: 'Ask whether the cluster is whole and could lose a node',
  input,
  subject: (asked) => asked.cluster,
  async ask(systems, asked, signal) {
    const ends = systems.now() + SETTLE_MS
    for (;;) {
      const findings = questions(await readCluster(systems, asked.cluster, signal))
      if (findings.every((finding) => finding.level !== 'refuse') || systems.now() > ends || signal.aborted)
        return findings
      await systems.sleep(POLL_MS, signal)
    }
  },
}

function questions(facts: Facts): Finding[] {
  return [
    everyNode(facts),
    sameViews(facts),
    stateOk(facts),
    covered(facts),
    noOpenSlots(facts),
    replicated(facts),
  ]
}

function everyNode({nodes}: Facts): Finding {
  const dead = nodes.filter((node) => node.reading === null)
  if (dead.length === 0) return {id: 'reach', level: 'pass', saw: `${nodes.length} nodes answer`}
  return {
    id: 'reach',
    level: 'refuse',
    saw: dead.map(unread).join('; '),
  }
}

function stateOk(facts: Facts): Finding {
  const failing = readings(facts).filter(({reading}) => reading.cluster.state !== 'ok')
  if (failing.length === 0) return {id: 'state', level: 'pass', saw: 'cluster_state is ok everywhere'}
  return {
    id: 'state',
    level: 'refuse',
    saw: `cluster_state is not ok on ${failing.map(({node}) => node.announced).join(', ')}`,
  }
}

function covered(facts: Facts): Finding {
  const living = shards(facts).filter(({master}) => master.survey.reading !== null && !isFailed(master.line))
  const served = living.reduce((sum, {slots}) => sum + countSlots(slots), 0)
  if (served === ALL_SLOTS) return {id: 'slots', level: 'pass', saw: `${ALL_SLOTS} slots are served`}
  return {id: 'slots', level: 'refuse', saw: `${served} of ${ALL_SLOTS} slots are served`}
}

function noOpenSlots(facts: Facts): Finding {
  const open = readings(facts).flatMap(({node, reading}) =>
    reading.table.flatMap((line) =>
      line.myself && line.openSlots.length > 0 ? [`${node.announced} ${line.openSlots.join(' ')}`] : [],
    ),
  )
  if (open.length === 0) return {id: 'open-slots', level: 'pass', saw: 'no slot is half moved'}
  return {id: 'open-slots', level: 'refuse', saw: `half moved: ${open.join('; ')}`}
}

function replicated(facts: Facts): Finding {
  const bare = shards(facts).filter(({replicas}) => !replicas.some(inSync))
  if (bare.length === 0) return {id: 'replicas', level: 'pass', saw: 'every master has a replica in sync'}
  return {
    id: 'replicas',
    level: 'refuse',
    saw: `no replica in sync for ${bare.map(({master}) => called(master)).join(', ')}`,
  }
}
