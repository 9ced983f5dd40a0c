import {z} from 'zod'
import type {Finding, Runbook} from '../../engine/runbook.js'
import type {Stage} from '../../engine/step.js'
import type {HaproxySystems} from '../../systems/haproxy/group.js'
import type {Admin, ServerView} from '../../systems/haproxy/snapshot.js'
import {type Facts, following, type Member, members} from './facts.js'
import {backupOnly, enoughCapacity, lastServer, saturated} from './guards/capacity.js'
import {inherited, present, sameAddress} from './guards/target.js'
import {warnings} from './guards/warnings.js'
import {capacity, subjectOf, target, waiting} from './input.js'
import {onServers, operable} from './on-servers.js'
import {agentOffStep} from './steps/agent.js'
import {cutStep} from './steps/cut.js'
import {graceStep, idleStep, type Leaving} from './steps/idle.js'
import {serverAt} from './steps/server-at.js'
import {drainStep, maintStep} from './steps/set-state.js'
import {rotationView} from './view.js'

const input = z.strictObject({
  ...target,
  ...capacity,
  ...waiting,
  /** Where it ends: `--then maint`. */
  end: z.enum(['drain', 'maint']),
  onTimeout: z.enum(['ask', 'undo', 'keep', 'kill']),
  keepAgent: z.boolean(),
})
export type DrainInput = z.infer<typeof input>

/** No new traffic, wait until really idle, optionally into maintenance. */
export const drain: Runbook<DrainInput, Facts, HaproxySystems> = {
  id: 'haproxy.drain',
  summary: 'Take a server out of rotation and wait until it is idle',
  input,
  effect: ({onTimeout}) => (onTimeout === 'kill' ? 'destroy' : 'change'),
  ...onServers<DrainInput>(),
  guards: takeOutGuards,
  view: (asked, facts) =>
    rotationView(asked.end === 'maint' ? 'Drain, then maint,' : 'Drain', asked, facts, notes(asked, facts)),
  stages,
  onFailure: 'undo',
}

/** Everything that must hold before a server leaves the rotation, whichever command takes it out. */
export function takeOutGuards(asked: DrainInput, facts: Facts): Finding[] {
  return [
    ...operable(facts),
    present(asked, facts),
    sameAddress(asked, facts),
    inherited(asked, facts),
    lastServer(asked, facts),
    backupOnly(asked, facts),
    enoughCapacity(asked, facts),
    saturated(asked, facts),
    ...warnings(asked, facts),
  ]
}

/** Read again right before each server leaves: other people and other failures go on in the meantime. */
export const RECHECK = ['reach', 'last-server', 'backup-only', 'capacity']

function stages(systems: HaproxySystems, asked: DrainInput, facts: Facts): Stage[] {
  const out = members(facts, asked).map((member) => leavingOf(systems, asked, facts, member))
  return [
    {
      id: 'drain',
      says: 'take it out of rotation, one instance after the other',
      steps: out.flatMap(takeOut),
    },
    {
      id: 'idle',
      says: 'wait until it is idle everywhere',
      steps: [idleStep(subjectOf(asked), out, asked)],
    },
    ...(asked.end === 'maint' ? [intoMaintenance(out)] : []),
    ...(asked.onTimeout === 'kill' ? cutLeftovers(out, asked) : []),
  ]
}

interface Out extends Leaving {
  from: Admin
  agent: boolean
}

function leavingOf(systems: HaproxySystems, asked: DrainInput, facts: Facts, {instance, view}: Member): Out {
  const entry = (one: ServerView) => serverAt(systems, asked.group, instance, one.backend, one.name)
  const snapshot = facts.instances.find((one) => one.name === instance)?.snapshot ?? null
  const at = entry(view)
  const agent = view.agent.configured && view.agent.enabled && !asked.keepAgent
  return {
    at,
    from: view.admin,
    agent,
    followers: following(snapshot, view).map(entry),
    holds: [...(agent ? [`${at.id}.agent-off`] : []), `${at.id}.drain`],
  }
}

function takeOut({at, from, agent}: Out) {
  return [...(agent ? [agentOffStep(at)] : []), drainStep(at, from, RECHECK)]
}

function intoMaintenance(out: readonly Out[]): Stage {
  const before = ({from}: Out) => (from === 'maint' ? 'maint' : 'drain')
  const steps = out.map((one) => maintStep(one.at, before(one), []))
  return {id: 'maint', says: 'put it into maintenance', steps}
}

/** In maintenance first, where that is the end: bound clients then move by themselves and are not cut. */
function cutLeftovers(out: readonly Out[], asked: DrainInput): Stage[] {
  const steps = out.flatMap(({at, followers}) => [at, ...followers]).map((at) => cutStep(at))
  const cut = {id: 'cut', says: 'cut the sessions that are left', steps}
  if (asked.end === 'drain') return [cut]
  const grace = {
    id: 'grace',
    says: 'let requests in flight end',
    steps: [graceStep(subjectOf(asked), out, asked)],
  }
  return [grace, cut]
}

function notes(asked: DrainInput, facts: Facts): string[] {
  const agents = members(facts, asked).some(({view}) => view.agent.configured && view.agent.enabled)
  const end = {
    ask: 'you are asked',
    undo: 'the drain is undone',
    keep: 'it stays DRAIN',
    kill: 'the sessions that are left are cut',
  }[asked.onTimeout]
  return [
    `waits at most ${Math.round(asked.timeoutMs / 1000)} s until idle; after that ${end}`,
    ...(agents && !asked.keepAgent
      ? [
          'an agent check is on: it can undo the drain, so it is switched off; redeye haproxy ready switches it on again',
        ]
      : []),
    ...(agents && asked.keepAgent
      ? ['an agent check is on and is kept: it can undo the drain at any moment']
      : []),
  ]
}
