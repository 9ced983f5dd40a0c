import {describe, expect, it} from 'vitest'
import {z} from 'zod'
import {jsonLinesRenderer} from '../../src/lib/report/json-lines.js'
import {outcomeJson, outcomeJsonText} from '../../src/lib/report/json-outcome.js'
import {OUTCOME_SCHEMA} from '../../src/lib/report/outcome-schema.js'
import {drainPlan, outcome, result} from './samples.js'

const schema = z.fromJSONSchema(OUTCOME_SCHEMA as never)
const planned = drainPlan()
const failed = outcome({
  verdict: 'partial',
  run: '8f3a',
  because: ['why'],
  next: ['redeye runs show 8f3a'],
  findings: [...planned.findings, {id: 'x', level: 'refuse', saw: 's', clear: 'c', overridable: true}],
  steps: [result('a', 'failed', 'bad \u009b31m', {class: 'no-unit'}), result('b', 'changed')],
})

describe('outcomeJson', () => {
  it('is one line, reads back and fits its schema', () => {
    const text = outcomeJsonText(failed, planned)
    expect(text.indexOf('\n')).toBe(text.length - 1)
    expect(text).not.toMatch(/[\x7f-\x9f]/)
    const value = JSON.parse(text)
    expect(schema.parse(value)).toEqual(value)
    expect(value).toMatchObject({
      verdict: 'partial',
      exit: 6,
      run: '8f3a',
      totals: {all: 2, failed: 1, changed: 1, undone: 0},
      steps: [{step: 'a', saw: 'bad \u009b31m'}, {step: 'b'}],
      plan: {document: {runbook: 'haproxy.drain'}, stages: [{id: 'drain'}, {id: 'idle'}], dryRun: false},
    })
  })

  it('has the same keys without a run and a plan', () => {
    const value = outcomeJson(outcome({verdict: 'usage'}))
    expect(schema.parse(value)).toEqual(value)
    expect(value.run).toBeNull()
    expect('plan' in value).toBe(false)
  })

  it.each([
    ['verdict', {verdict: 'fine'}],
    ['exit', {exit: 14}],
    ['steps', {steps: [{step: 'a'}]}],
    ['more', {more: 1}],
  ])('whose schema refuses a wrong %s', (_, wrong) => {
    expect(schema.safeParse({...outcomeJson(failed), ...wrong}).success).toBe(false)
  })
})

describe('jsonLinesRenderer', () => {
  it('writes every event as one object on one line, with its time', () => {
    let text = ''
    const renderer = jsonLinesRenderer({
      write: (more) => {
        text += more
      },
      now: () => Date.UTC(2026, 10, 22, 8, 47, 12, 345),
    })
    renderer.emit({type: 'note', says: 'two\nlines \x1b[31m\u202e'})
    renderer.emit(planned)
    renderer.close()
    const lines = text.trimEnd().split('\n')
    expect(lines).toHaveLength(2)
    expect(text.replaceAll('\n', '')).toMatch(/^[^\p{Cc}\p{Cf}]*$/u)
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      time: '2026-11-22T08:47:12.345Z',
      type: 'note',
      says: 'two\nlines \x1b[31m\u202e',
    })
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({type: 'plan', dryRun: false})
  })
})
