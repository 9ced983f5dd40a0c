import {z} from 'zod'
import type {PlanView, Runbook, Table} from '../../engine/runbook.js'
import type {Stage} from '../../engine/step.js'
import type {HaproxySystems} from '../../systems/haproxy/group.js'
import {checkedBy} from '../../systems/haproxy/healthy.js'
import type {ServerView} from '../../systems/haproxy/snapshot.js'
import {takeOutGuards} from './drain.js'
import {type Facts, keepAffected, type Member, members, readGroup} from './facts.js'
import {provable, weightNotZero} from './guards/comeback.js'
import {inherited, present, sameAddress} from './guards/target.js'
import {warnings} from './guards/warnings.js'
import {subjectOf, target} from './input.js'
import {onServers, operable} from './on-servers.js'
import {agentOnStep} from './steps/agent.js'
import {healthStep, urlStep} from './steps/health.js'
import {type ServerAt, serverAt} from './steps/server-at.js'
import {leaveMaintStep, readyStep} from './steps/set-state.js'
import {watchStep} from './steps/watch.js'

const input = z.strictObject({
  ...target,
  /** No check to wait for, or a person insists. */
  noHealth: z.boolean(),
  healthTimeoutMs: z.number().int().positive(),
  /** An HTTP check from here before the server is ready. */
  probe: z.url({protocol: /^https?$/}).nullable(),
  watchMs: z.number().int().nonnegative(),
  /** `INSTANCE.BACKEND/SERVER` whose agent check redeye switched off, and switches on again. */
  agents: z.array(z.string()),
  /** Switch on every agent check of these servers, whoever switched it off. */
  anyAgent: z.boolean(),
})
export type ReadyInput = z.infer<typeof input>

/** Back into rotation, but only after HAProxy itself has seen it healthy. */
export const ready: Runbook<ReadyInput, Facts, HaproxySystems> = {
  id: 'haproxy.ready',
  summary: 'Put a server back into rotation once its checks have proven it',
  input,
  effect: () => 'change',
  ...onServers<ReadyInput>(),
  survey: async (systems, asked, signal) => withLeaders(await readGroup(systems, asked, signal), asked),
  guards: (asked, facts) => [
    ...operable(facts),
    present(asked, facts),
    sameAddress(asked, facts),
    inherited(asked, facts),
    weightNotZero(asked, facts),
    provable(asked, facts),
    ...warnings(asked, facts).filter((finding) => finding.id !== 'sticky'),
  ],
  view,
  stages,
  // Undo takes the server out again: that needs the same care as a drain.
  undoGuards: (asked, facts) =>
    takeOutGuards(asDrain(asked), facts).filter((finding) => finding.level !== 'warn'),
  onFailure: 'undo',
}

/** Keeps, besides what changes, the servers whose checks stand for it. */
function withLeaders(facts: Facts, asked: ReadyInput): Facts {
  const kept = keepAffected(facts, asked)
  return {
    instances: kept.instances.map((one, at) => {
      const whole = facts.instances[at]?.snapshot
      if (!whole || !one.snapshot) return one
      const backends = {...one.snapshot.backends}
      for (const {view} of members({instances: [one]}, asked)) {
        const leader = checkedBy(whole, view)
        const backend = whole.backends[leader.backend]
        if (backend) backends[leader.backend] = backend
      }
      return {...one, snapshot: {...one.snapshot, backends}}
    }),
  }
}

function stages(systems: HaproxySystems, asked: ReadyInput, facts: Facts): Stage[] {
  const at = ({instance, view}: Member) => serverAt(systems, asked.group, instance, view.backend, view.name)
  const found = members(facts, asked)
  const servers = found.map(at)
  // One that is in rotation already has nothing to show.
  const comingBack = found.filter(({view}) => view.admin !== 'ready')
  const agents = found.filter((member) => member.view.agent.configured && comesOn(asked, member)).map(at)
  const stage = (id: string, says: string, steps: Stage['steps'], width = 1): Stage[] =>
    steps.length > 0 ? [{id, says, steps, width}] : []
  return [
    ...stage('check', 'let its checks run while no client sees it', servers.map(leaveMaintStep)),
    ...(asked.noHealth
      ? []
      : stage('health', 'wait until it is proven', provenSteps(asked, facts, at), found.length)),
    ...(asked.probe
      ? stage('probe', 'ask it from here', [urlStep(systems, asked.probe, asked.healthTimeoutMs)])
      : []),
    ...stage(
      'ready',
      'put it back into rotation, one instance after the other',
      found.map((member) => readyStep(at(member), member.view.admin === 'ready' ? 'ready' : 'drain')),
    ),
    ...stage('agent', 'switch its agent check on again', agents.map(agentOnStep)),
    ...stage(
      'watch',
      'watch it serve',
      comingBack.map((one) => watchStep(at(one), asked.watchMs)),
      comingBack.length,
    ),
  ]
}

function provenSteps(asked: ReadyInput, facts: Facts, at: (member: Member) => ServerAt) {
  return members(facts, asked).flatMap((member) => {
    const leader = leaderOf(facts, member)
    if (!leader.check.configured) return []
    const leavesMaint = leader === member.view && leader.admin === 'maint' && asked.probe === null
    const checks = at({instance: member.instance, view: leader})
    return [healthStep(at(member), checks, {timeoutMs: asked.healthTimeoutMs, leavesMaint})]
  })
}

/** The server whose checks stand for this one: itself, or the one that it tracks. */
export function leaderOf(facts: Facts, {instance, view}: Member): ServerView {
  const snapshot = facts.instances.find((one) => one.name === instance)?.snapshot
  return snapshot ? checkedBy(snapshot, view) : view
}

function view(asked: ReadyInput, facts: Facts): PlanView {
  const found = members(facts, asked)
  return {
    title: `Put ${subjectOf(asked)} back into rotation on ${[...new Set(found.map((member) => member.instance))].join(', ')}`,
    tables: [stateTable(found, facts)],
    notes: [
      ...(found.some((member) => member.view.admin === 'maint')
        ? [
            'it goes by DRAIN: leaving MAINT marks a server UP before any check has run; bound clients reach it from then on',
          ]
        : []),
      ...(asked.noHealth ? ['no health check is waited for'] : []),
      ...agentNotes(asked, found),
    ],
  }
}

function stateTable(found: readonly Member[], facts: Facts): Table {
  return {
    columns: [
      {name: 'server', shrink: true},
      {name: 'on'},
      {name: 'state'},
      {name: 'check'},
      {name: 'weight', align: 'right'},
    ],
    rows: found.map((member) => {
      const {check} = leaderOf(facts, member)
      const health = check.configured ? healthText(check) : 'none'
      const {view} = member
      return [`${view.backend}/${view.name}`, member.instance, view.status, health, String(view.userWeight)]
    }),
  }
}

/** In maintenance checks are paused, and HAProxy shows none of their numbers. */
function healthText({paused, status, health, rise, fall}: ServerView['check']): string {
  return paused ? 'paused' : `${status || 'not run'} ${health}/${rise + fall - 1}`
}

function agentNotes(asked: ReadyInput, found: readonly Member[]): string[] {
  return found.flatMap(({instance, view}) => {
    if (!view.agent.configured || view.agent.enabled || comesOn(asked, {instance, view})) return []
    return [
      `the agent check of ${view.backend}/${view.name} on ${instance} is off, and not by redeye: it stays off (--enable-agent)`,
    ]
  })
}

function comesOn(asked: ReadyInput, {instance, view}: Member): boolean {
  return asked.anyAgent || asked.agents.includes(`${instance}.${view.backend}/${view.name}`)
}

function asDrain(asked: ReadyInput) {
  const {group, instances, skip, server, address} = asked
  const waits = {timeoutMs: 0, pollMs: 0, settle: 1, onTimeout: 'undo' as const}
  return {
    group,
    instances,
    skip,
    server,
    address,
    ...waits,
    minCapacity: 50,
    end: 'drain' as const,
    keepAgent: true,
  }
}
