import {z} from 'zod'
import type {Clock} from '../../src/lib/engine/clock.js'
import type {Event} from '../../src/lib/engine/event.js'
import type {Json} from '../../src/lib/engine/json.js'
import type {Plan} from '../../src/lib/engine/plan.js'
import type {Asker, Entry, Held, Ports} from '../../src/lib/engine/ports.js'
import {Locked} from '../../src/lib/engine/ports.js'
import type {Request} from '../../src/lib/engine/request.js'
import type {Runbook} from '../../src/lib/engine/runbook.js'
import {type Stage, type Step, step} from '../../src/lib/engine/step.js'

/** A world of switches that a runbook turns on, with faults that a test sets. */
export interface World {
  on: Map<string, boolean>
  log: string[]
  /** Called before each change; may throw, hang on a promise, or turn something else off. */
  meddle: (id: string, to: boolean) => void | Promise<void>
  /** Called before each look. */
  spy: (id: string) => void
}

export function world(names: string[]): World {
  return {on: new Map(names.map((name) => [name, false])), log: [], meddle: () => {}, spy: () => {}}
}

export function fault(kind: string, message: string): Error {
  return Object.assign(new Error(message), {fault: kind})
}

export function switchStep(where: World, id: string, more: Partial<Step<boolean>> = {}): Step {
  return step<boolean>({
    id,
    says: `turn on ${id}`,
    async probe() {
      where.spy(id)
      const on = where.on.get(id) ?? false
      return {reached: on, saw: on ? 'on' : 'off', before: on}
    },
    async apply() {
      where.log.push(`on ${id}`)
      await where.meddle(id, true)
      where.on.set(id, true)
    },
    patienceMs: 1000,
    undo: {
      kind: 'restore',
      says: `turn off ${id}`,
      async run(before) {
        where.log.push(`off ${id}`)
        await where.meddle(id, before)
        where.on.set(id, before)
      },
    },
    ...more,
  })
}

export type Switches = Runbook<{names: string[]}, {on: string[]}, World>

export function switches(stages: (where: World) => Stage[], more: Partial<Switches> = {}): Switches {
  return {
    id: 'test.switch',
    summary: 'Turn switches on',
    input: z.strictObject({names: z.array(z.string())}),
    effect: () => 'change',
    subject: () => 'switches',
    locks: (input) => input.names.map((name) => `switch/${name}`),
    survey: async (where) => ({on: [...where.on].filter(([, on]) => on).map(([name]) => name)}),
    guards: () => [{id: 'calm', level: 'pass', saw: 'all is calm', overridable: true}],
    view: () => ({title: 'Turn switches on', tables: [], notes: []}),
    stages,
    onFailure: 'undo',
    ...more,
  }
}

export function oneStage(names: string[], more: Partial<Stage> = {}): (where: World) => Stage[] {
  return (where) => [{id: 'all', says: 'all', steps: names.map((name) => switchStep(where, name)), ...more}]
}

/** Time that passes only when somebody sleeps. */
export function fakeClock(): Clock & {advance(ms: number): void} {
  let now = Date.UTC(2026, 0, 1)
  return {
    now: () => now,
    advance: (ms) => {
      now += ms
    },
    async sleep(ms, signal) {
      if (!signal?.aborted) now += ms
      await new Promise((done) => setImmediate(done))
    },
  }
}

export interface Bench extends Ports {
  events: Event[]
  entries: Entry[]
  plans: Plan[]
  held: Held[]
  stop: AbortController
  kill: AbortController
  lose: AbortController
  time: ReturnType<typeof fakeClock>
}

export function bench(asker: Partial<Asker> = {}): Bench {
  const events: Event[] = []
  const entries: Entry[] = []
  const plans: Plan[] = []
  const held: Held[] = []
  const stop = new AbortController()
  const kill = new AbortController()
  const lose = new AbortController()
  const clock = fakeClock()
  const journal = {append: async (entry: Entry) => void entries.push(entry), close: async () => {}}
  return {
    events,
    entries,
    plans,
    held,
    stop,
    kill,
    lose,
    time: clock,
    clock,
    journals: {
      create: async (_run, plan) => {
        plans.push(plan)
        return journal
      },
      reopen: async () => journal,
    },
    locks: {
      async take() {
        if (held.length > 0) throw new Locked(held)
        return {extend: async () => {}, release: async () => {}, lost: lose.signal}
      },
      holders: async () => held,
    },
    asker: {present: false, confirm: async () => 'yes', failed: async () => 'stop', ...asker},
    emit: (event) => void events.push(event),
    stopping: stop.signal,
    abort: kill.signal,
    newRunId: () => 'run-1',
  }
}

export function request(names: string[], more: Partial<Request> = {}): Request {
  return {input: {names}, mode: 'run', overrides: [], waitLockMs: 0, owner: {user: 'test'} as Json, ...more}
}
