import {digest, type Json} from './json.js'
import type {AnyRunbook} from './runbook.js'
import type {Stage} from './step.js'

/** Runbook id + input + facts, and what was decided about them. Plain JSON: saved, approved, applied, resumed. */
export interface Plan {
  format: 1
  runbook: string
  input: Json
  facts: Json
  /** Digest of the facts the plan rests on. */
  fingerprint: string
  /** Step ids in order. A plan of a version with other steps is refused. */
  steps: string[]
  overrides: string[]
  reason?: string
  ticket?: string
  onFailure: 'undo' | 'stop' | 'ask'
  /** The step of another run that this run is. */
  parent?: ParentStep
  /** ISO 8601, UTC. */
  madeAt: string
}

export interface ParentStep {
  run: string
  step: string
}

export interface PlannedStage {
  id: string
  says: string
  width: number
  /** Absent where the stage looks only when reached. */
  steps: PlannedStep[]
}

export interface PlannedStep {
  id: string
  says: string
  /** `null`: not probed for the plan. */
  reached: boolean | null
  saw: string
  undo: string
  irreversible?: string
}

/** What the plan rests on, as one digest. */
export function fingerprint(runbook: AnyRunbook, input: Json, facts: Json): string {
  return digest(restsOn(runbook, input, facts))
}

export function restsOn(runbook: AnyRunbook, input: Json, facts: Json): Json {
  return runbook.rests ? runbook.rests(input, facts) : facts
}

/** Four letters that stand for exactly this plan: a person or a CI job approves by it. */
export function planCode(plan: Plan): string {
  const {madeAt: _, ...content} = plan
  return codeOf(content as unknown as Json)
}

/** Four letters that stand for exactly this value. */
export function codeOf(value: Json): string {
  const letters = 'bcdfghjkmnpqrstvwxz'
  const hash = BigInt(`0x${digest(value).slice(0, 16)}`)
  return [0n, 1n, 2n, 3n]
    .map((place) => letters[Number((hash / BigInt(letters.length) ** place) % BigInt(letters.length))])
    .join('')
}

/** @throws when two steps share an id: that is a bug of the runbook. */
export function stepIds(stages: readonly Stage[]): string[] {
  const ids = stages.flatMap((stage) => stage.steps.map((step) => step.id))
  if (new Set(ids).size !== ids.length) throw new Error('two steps of one plan share an id')
  return ids
}
