import {expect} from 'vitest'
import {z} from 'zod'
import type {OutcomeJson} from '../../src/lib/report/json-outcome.js'
import {OUTCOME_SCHEMA} from '../../src/lib/report/outcome-schema.js'
import type {Ended} from './redeye.js'

const schema = z.fromJSONSchema(OUTCOME_SCHEMA as never)

/** The one JSON value on stdout, which is one line. */
export function oneValue({stdout}: Ended): unknown {
  expect(stdout.indexOf('\n'), stdout).toBe(stdout.length - 1)
  return JSON.parse(stdout)
}

/** The outcome on stdout: it fits its published schema, and names the exit code that the process ended with. */
export function outcomeOf(ended: Ended): OutcomeJson {
  const value = oneValue(ended)
  expect(schema.safeParse(value)).toMatchObject({success: true})
  const outcome = value as OutcomeJson
  expect(outcome.exit).toBe(ended.code)
  return outcome
}
