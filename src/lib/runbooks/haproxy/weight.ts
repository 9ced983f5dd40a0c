import {z} from 'zod'
import type {Finding, Runbook} from '../../engine/runbook.js'
import {type Step, step} from '../../engine/step.js'
import type {HaproxySystems} from '../../systems/haproxy/group.js'
import type {ServerView} from '../../systems/haproxy/snapshot.js'
import {type Facts, members} from './facts.js'
import {backupOnly, lastServer} from './guards/capacity.js'
import {present, sameAddress} from './guards/target.js'
import {warnings} from './guards/warnings.js'
import {asTarget, scope, serverName} from './input.js'
import {onServers, operable} from './on-servers.js'
import {type ServerAt, serverAt} from './steps/server-at.js'

const PATIENCE_MS = 5000
/** Algorithms whose map of servers is fixed: only none or all of the weight can be set. */
const STATIC = new Set(['static-rr', 'first'])

const input = z.strictObject({...scope, server: serverName, percent: z.number().int().min(0).max(100)})
type WeightInput = z.infer<typeof input>

/** A share of the configured weight: a canary, or part of the load shed. */
export const weight: Runbook<WeightInput, Facts, HaproxySystems> = {
  id: 'haproxy.weight',
  summary: 'Set the share of its configured weight that a server gets',
  input,
  effect: () => 'change',
  ...onServers<WeightInput>(),
  guards: (asked, facts) => [
    ...operable(facts),
    present(asTarget(asked), facts),
    sameAddress(asTarget(asked), facts),
    roundsToZero(asked, facts),
    agentWins(asked, facts),
    fixedMap(asked, facts),
    ...(asked.percent === 0 ? [lastServer(asTarget(asked), facts), backupOnly(asTarget(asked), facts)] : []),
    ...warnings(asTarget(asked), facts).filter((finding) => finding.id !== 'sticky'),
  ],
  view: (asked, facts) => ({
    title: `Set ${asked.server} to ${asked.percent} % of its configured weight`,
    tables: [
      {
        columns: [
          {name: 'on'},
          {name: 'state'},
          {name: 'configured', align: 'right'},
          {name: 'weight', align: 'right'},
        ],
        rows: members(facts, asTarget(asked)).map(({instance, view}) => [
          instance,
          view.status,
          String(view.initialWeight),
          `${view.userWeight} -> ${resulting(view, asked.percent)}`,
        ]),
      },
    ],
    notes:
      asked.percent === 0 ? ['bound clients (cookies, stick tables) still come: drain it to move them'] : [],
  }),
  stages: (systems, asked, facts) => [
    {
      id: 'weight',
      says: 'set the weight, one instance after the other',
      steps: members(facts, asTarget(asked)).map(({instance, view}) =>
        weightStep(
          serverAt(systems, asked.group, instance, view.backend, view.name),
          asked.percent,
          resulting(view, asked.percent),
        ),
      ),
    },
  ],
  onFailure: 'undo',
}

function weightStep(at: ServerAt, percent: number, wanted: number): Step {
  return step<{weight: number}>({
    id: `${at.id}.weight`,
    says: `${at.on}: set weight ${at.full} ${percent}%`,
    async probe(signal) {
      const {now, initial} = await (await at.instance()).getWeight(at.backend, at.server, signal)
      return {reached: now === wanted, saw: `weight ${now} of ${initial}`, before: {weight: now}}
    },
    apply: async (signal) => (await at.instance()).setWeight(at.backend, at.server, `${percent}%`, signal),
    patienceMs: PATIENCE_MS,
    undo: {
      kind: 'restore',
      says: `${at.on}: set weight ${at.full} back to the number before`,
      run: async (before, signal) =>
        (await at.instance()).setWeight(at.backend, at.server, String(before.weight), signal),
    },
  })
}

/** HAProxy rounds down: half of 1 is 0, and 0 is no traffic. */
function resulting(view: ServerView, percent: number): number {
  return Math.floor((view.initialWeight * percent) / 100)
}

function roundsToZero(asked: WeightInput, facts: Facts): Finding {
  const zero = members(facts, asTarget(asked)).filter(({view}) => resulting(view, asked.percent) === 0)
  if (zero.length === 0 || asked.percent === 0)
    return {id: 'rounds-to-zero', level: 'pass', saw: 'the weight is what you asked for'}
  return {
    id: 'rounds-to-zero',
    level: 'refuse',
    saw: `${asked.percent} % of weight ${zero[0]?.view.initialWeight} rounds down to 0 on ${zero.map((one) => one.instance).join(', ')}: no traffic at all`,
    clear: 'ask for 0 if that is meant; otherwise configure larger weights (100 instead of 1)',
  }
}

function agentWins(asked: WeightInput, facts: Facts): Finding {
  const ruled = members(facts, asTarget(asked)).filter(
    ({view}) => view.agent.configured && view.agent.enabled,
  )
  if (ruled.length === 0) return {id: 'agent-weight', level: 'pass', saw: 'no agent check sets the weight'}
  return {
    id: 'agent-weight',
    level: 'refuse',
    saw: `an agent check is on for ${asked.server} on ${ruled.map((one) => one.instance).join(', ')}: it sets the weight and wins`,
    clear: 'have the agent answer the weight',
  }
}

function fixedMap(asked: WeightInput, facts: Facts): Finding {
  const backend = asked.server.split('/')[0] ?? ''
  const algorithms = facts.instances.flatMap(({snapshot}) => snapshot?.backends[backend]?.algorithm ?? [])
  const fixed = algorithms.find((algorithm) => STATIC.has(algorithm))
  if (!fixed || asked.percent === 0 || asked.percent === 100)
    return {id: 'static-hash', level: 'pass', saw: 'the balancing of the backend takes weights'}
  return {
    id: 'static-hash',
    level: 'refuse',
    saw: `${backend} balances by ${fixed}, which takes only 0 % or 100 %`,
    clear: 'ask for 0 or 100',
  }
}
