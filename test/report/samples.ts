import type {Outcome} from '../../src/lib/engine/outcome.js'
import type {State, StepResult} from '../../src/lib/engine/state.js'
import type {PlanEvent} from '../../src/lib/report/plan.js'
import {noCounts} from '../../src/lib/report/states.js'

export function result(step: string, state: State, saw = '', more: Partial<StepResult> = {}): StepResult {
  return {step, says: `do ${step}`, state, saw, ms: 400, ...more}
}

export function outcome(more: Partial<Outcome> = {}): Outcome {
  const steps = more.steps ?? []
  const totals = {...noCounts(), all: steps.length}
  for (const {state} of steps) totals[state] += 1
  return {
    verdict: 'done',
    runbook: 'haproxy.drain',
    subject: 'app/s2',
    says: '4 of 5 steps changed and verified',
    because: [],
    next: [],
    findings: [],
    steps,
    totals,
    ms: 12_400,
    ...more,
  }
}

export function drainPlan(more: Partial<PlanEvent> = {}): PlanEvent {
  return {
    type: 'plan',
    plan: {
      format: 1,
      runbook: 'haproxy.drain',
      input: {},
      facts: {},
      fingerprint: 'f',
      steps: ['lb1/agent', 'lb1/drain', 'lb2/drain', 'idle'],
      overrides: [],
      onFailure: 'undo',
      madeAt: '2026-11-22T08:47:12.000Z',
    },
    view: {
      title: 'Drain app/s2 (10.0.0.2:8080) on 2 instances (lb1, lb2)',
      tables: [
        {
          columns: [
            {name: 'backend', shrink: true},
            {name: 'usable'},
            {name: 'weight'},
            {name: 'queue', align: 'right'},
            {name: 'sessions on s2'},
          ],
          rows: [
            ['app', '3 -> 2', '3 -> 2 (66 %)', '0', 'lb1 12, lb2 9'],
            ['sticky', '2 -> 1', '2 -> 1 (50 %)', '110', 'lb1 3, lb2 0'],
          ],
        },
      ],
      notes: [
        'sticky uses cookies: users bound to s2 keep using it while DRAIN; add --then maint to move them',
      ],
    },
    findings: [
      {id: 'reach', level: 'pass', saw: 'both answer'},
      {id: 'level', level: 'pass', saw: 'admin'},
      {id: 'agent-check', level: 'warn', saw: 'agent check is on for app/s2: it can undo the drain'},
    ],
    overridden: [],
    stages: [
      {
        id: 'drain',
        says: 'Drain one instance after the other',
        width: 1,
        steps: [
          {
            id: 'lb1/agent',
            says: 'disable agent app/s2 on lb1',
            reached: true,
            saw: 'agent is off',
            undo: 'enable agent app/s2 on lb1',
          },
          {
            id: 'lb1/drain',
            says: 'set server app/s2 state drain on lb1',
            reached: false,
            saw: 'UP, 12 sessions',
            undo: 'set server app/s2 state ready on lb1',
          },
          {
            id: 'lb2/drain',
            says: 'set server app/s2 state drain on lb2',
            reached: false,
            saw: 'UP, 9 sessions',
            undo: 'set server app/s2 state ready on lb2',
          },
        ],
      },
      {
        id: 'idle',
        says: 'Wait until nobody uses it',
        width: 1,
        steps: [
          {
            id: 'idle',
            says: 'kill the sessions that are left',
            reached: false,
            saw: '21 sessions',
            undo: '',
            irreversible: 'a client whose session is cut has to connect again',
          },
        ],
      },
    ],
    dryRun: false,
    ...more,
  }
}
