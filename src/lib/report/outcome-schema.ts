import type {Verdict} from '../engine/outcome.js'
import {ANSWERS} from './answers.js'
import {EXIT_CODES, VERDICTS} from './exit-codes.js'
import {STATE_ORDER} from './states.js'

const text = {type: 'string'} as const
const flag = {type: 'boolean'} as const
const count = {type: 'integer', minimum: 0} as const
const texts = {type: 'array', items: text} as const

const finding = record(
  {
    id: text,
    level: {enum: ['pass', 'warn', 'refuse']},
    saw: text,
    clear: text,
    overridable: flag,
  },
  ['clear', 'overridable'],
)

const result = record(
  {step: text, says: text, state: {enum: STATE_ORDER}, saw: text, class: text, ms: {type: 'number'}},
  ['class'],
)

const plannedStep = record(
  {id: text, says: text, reached: {type: ['boolean', 'null']}, saw: text, undo: text, irreversible: text},
  ['irreversible'],
)

const plan = record({
  document: {type: 'object'},
  view: {type: 'object'},
  stages: list(record({id: text, says: text, width: count, steps: list(plannedStep)})),
  overridden: texts,
  dryRun: flag,
})

const targetAnswer = record(
  {
    target: text,
    answer: {enum: ANSWERS},
    says: text,
    because: texts,
    findings: list(finding),
    command: text,
    ms: {type: 'number'},
    sinceOk: record({at: {type: ['string', 'null']}, changes: texts}),
  },
  ['sinceOk'],
)

/** JSON Schema (draft 2020-12) of `OutcomeJson`. */
export const OUTCOME_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Outcome of a redeye command',
  ...record(
    {
      verdict: {enum: VERDICTS satisfies readonly Verdict[]},
      exit: {enum: EXIT_CODES.map(({code}) => code)},
      runbook: text,
      subject: text,
      run: {type: ['string', 'null']},
      says: text,
      because: texts,
      next: texts,
      totals: record(Object.fromEntries([...STATE_ORDER, 'all'].map((state) => [state, count]))),
      findings: list(finding),
      steps: list(result),
      ms: {type: 'number'},
      plan,
      lists: list(record({state: {enum: STATE_ORDER}, count, file: text})),
      targets: list(targetAnswer),
    },
    ['plan', 'lists', 'targets'],
  ),
}

/** An object with exactly these properties, all required but the `optional` ones. */
function record(properties: Record<string, unknown>, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name))
  return {type: 'object', properties, required, additionalProperties: false}
}

function list(items: unknown) {
  return {type: 'array', items}
}
