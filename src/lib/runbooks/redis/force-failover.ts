import type {PlanView, Runbook} from '../../engine/runbook.js'
import type {Stage} from '../../engine/step.js'
import type {RedisSystems} from '../../systems/redis/cluster.js'
import {called} from './facts.js'
import {choose, type ForceFacts, waitForHealing} from './force-choice.js'
import {type ForceInput, forceInput} from './force-input.js'
import {forceGuards} from './guards/force.js'
import {lossNotes} from './loss.js'
import {layout} from './moves.js'
import {promoteStep} from './steps/promote.js'
import {agreeStep} from './steps/waits.js'
import {writeAndReadStep} from './steps/write-and-read.js'
import {whyNotByItself} from './why-not.js'

/** For a master that is dead and was not replaced. It can lose writes, and there is no way back. */
export const forceFailover: Runbook<ForceInput, ForceFacts, RedisSystems> = {
  id: 'redis.force-failover',
  summary: 'Replace a dead master that the cluster has not replaced itself; may lose writes',
  input: forceInput,
  effect: () => 'destroy',
  subject,
  locks: (asked) => [`redis/${asked.cluster}`],
  survey: waitForHealing,
  rests: (_asked, facts) => layout(facts),
  guards: forceGuards,
  view,
  stages,
  nothing(asked, facts) {
    const choice = choose(asked, facts)
    return 'healed' in choice ? `healed by itself: ${choice.healed}` : undefined
  },
  onFailure: 'stop',
}

function subject(asked: ForceInput): string {
  return asked.node ?? `slot ${asked.slot}`
}

function view(asked: ForceInput, facts: ForceFacts): PlanView {
  const choice = choose(asked, facts)
  if (!('shard' in choice)) {
    const notes = 'healed' in choice ? [`healed by itself: ${choice.healed}`] : []
    return {title: `Replace ${subject(asked)} of ${asked.cluster}`, tables: [], notes}
  }
  const {shard, to} = choice
  return {
    title: `Replace dead master ${called(shard.master)} by ${called(to)}`,
    tables: [],
    notes: [
      ...lossNotes(shard, to, asked.lastKnown[shard.master.line.id], facts.takenAtMs),
      ...whyNotByItself(shard, facts),
      'when the old master returns it becomes a replica and throws away what only it has; if that matters, keep it stopped and copy its RDB or AOF first',
      ...(asked.takeover ? ['two masters hold the same slots if the other side still runs'] : []),
    ],
  }
}

function stages(systems: RedisSystems, asked: ForceInput, facts: ForceFacts): Stage[] {
  const choice = choose(asked, facts)
  if (!('shard' in choice)) return []
  const {shard, to} = choice
  const next = {id: to.line.id, epochBefore: shard.master.line.epoch}
  return [
    {
      id: 'force',
      says: `slots ${shard.slots.join(' ')}: ${called(shard.master)} -> ${called(to)}`,
      steps: [
        promoteStep(systems, {
          cluster: asked.cluster,
          from: shard.master.line.id,
          to: to.line.id,
          fromName: shard.master.survey.announced,
          toName: to.survey.announced,
          mode: asked.takeover ? 'takeover' : 'force',
          recheck: ['master-alive', 'majority', 'data'],
        }),
        agreeStep(systems, asked.cluster, next, !asked.takeover),
        ...(asked.probe
          ? [
              writeAndReadStep(
                systems,
                asked.cluster,
                {id: to.line.id, name: to.survey.announced},
                shard.slots,
              ),
            ]
          : []),
      ],
    },
  ]
}
