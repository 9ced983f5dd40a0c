import {readFile} from 'node:fs/promises'
import {z} from 'zod'
import type {Plan} from '../engine/plan.js'
import type {Environment} from './environment.js'
import type {ChangeFlags} from './flags.js'
import {runbookOf} from './past-run.js'
import {performRunbook} from './perform.js'
import {stores} from './stores.js'
import {UsageError} from './usage-error.js'

const planFile = z.looseObject({
  format: z.literal(1),
  runbook: z.string(),
  input: z.json(),
  facts: z.json(),
  fingerprint: z.string(),
  steps: z.array(z.string()),
  overrides: z.array(z.string()),
  onFailure: z.enum(['undo', 'stop', 'ask']),
  madeAt: z.string(),
})

export async function applyPlan(
  file: string,
  flags: ChangeFlags,
  at: Environment,
  version: string,
): Promise<void> {
  const saved = await readPlan(file)
  const {runs} = await stores(at)
  await performRunbook(await runbookOf(runs, saved), {input: saved.input, saved}, flags, at, version)
}

/** @throws UsageError when it is not a plan of this format */
async function readPlan(file: string): Promise<Plan> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`cannot read the plan ${file}: ${error instanceof Error ? error.message : error}`)
  })
  try {
    return planFile.parse(JSON.parse(text)) as unknown as Plan
  } catch {
    throw new UsageError(`${file} is not a plan of this version of redeye`, [], ['make one with --out FILE'])
  }
}
