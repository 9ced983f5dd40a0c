import type {Plan} from '../engine/plan.js'
import type {Recorded} from '../journal/store.js'
import type {Facts, Shard} from '../runbooks/redis/facts.js'
import type {Environment} from './environment.js'
import {findRun} from './past-run.js'
import {begunSince} from './run-id.js'
import {stores} from './stores.js'
import {UsageError} from './usage-error.js'

export interface Election {
  /** The node that was elected. */
  node: string
  /** The master that it replaced. */
  master: string
  atMs: number
}

/** Far beyond any cooldown (4 x node timeout) and any run that is still at work. */
const MATTERS_MS = 24 * 3600_000
const STEP = /^([0-9a-f]{40})\.promote$/

/** The elections that runs on this machine have started: a node cannot win another one for a while. */
export async function electionsOf(at: Environment): Promise<{elections: Election[]}> {
  const {runs} = await stores(at)
  const recent = begunSince(await runs.ids(), Date.now() - MATTERS_MS)
  const all = await Promise.all(recent.map((run) => runs.read(run).catch(() => undefined)))
  return {elections: all.flatMap((recorded) => (recorded ? electionsIn(recorded) : []))}
}

export function electionsIn({plan, lines}: Pick<Recorded, 'plan' | 'lines'>): Election[] {
  const undoing = plan.runbook === 'runs.undo'
  const before = new Map(undoing ? takenBack(plan.facts) : [])
  return lines.flatMap((line) => {
    if (line.kind !== 'applying' && line.kind !== 'undoing') return []
    const node = STEP.exec(line.step)?.[1]
    if (node === undefined) return []
    if (line.kind === 'applying' && !undoing) before.set(node, masterBefore(line.before))
    const master = before.get(node) ?? ''
    const atMs = Date.parse(line.at)
    // An undo elects the old master again.
    return [line.kind === 'undoing' || undoing ? {node: master, master: node, atMs} : {node, master, atMs}]
  })
}

/** An undo looks at what is now first; the master that it puts back is in its plan. */
function takenBack(facts: unknown): [string, string][] {
  const {taken = []} = facts as {taken?: {step: string; before: unknown}[]}
  return taken.flatMap(({step, before}): [string, string][] => {
    const node = STEP.exec(step)?.[1]
    return node === undefined ? [] : [[node, masterBefore(before)]]
  })
}

function masterBefore(before: unknown): string {
  const {master} = (before ?? {}) as {master?: unknown}
  return typeof master === 'string' ? master : ''
}

/** What a run found before it moved masters: one slot of each shard that it moved, and its master. */
export async function layoutBefore(
  text: string,
  at: Environment,
): Promise<{run: string; cluster: string; wanted: {slot: number; master: string}[]}> {
  const {runs} = await stores(at)
  const {run, plan} = await findRun(runs, text)
  const {cluster} = plan.input as {cluster?: string}
  if (!plan.runbook.startsWith('redis.') || cluster === undefined)
    throw new UsageError(`run ${run} is ${plan.runbook}: only runs that moved Redis masters can be restored`)
  const {shards} = await import('../runbooks/redis/facts.js')
  return {run, cluster, wanted: mastersBefore(plan, shards)}
}

/** One slot of each shard that the plan moves, and its master then. */
export function mastersBefore(
  {facts, steps}: Pick<Plan, 'facts' | 'steps'>,
  shards: (facts: Facts) => Shard[],
): {slot: number; master: string}[] {
  const moved = new Set(steps.flatMap((step) => STEP.exec(step)?.[1] ?? []))
  return shards(facts as unknown as Facts)
    .filter(({replicas}) => replicas.some(({line}) => moved.has(line.id)))
    .map(({master, slots}) => ({slot: Number.parseInt(slots[0] ?? '0', 10), master: master.line.id}))
}
