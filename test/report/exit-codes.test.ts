import {describe, expect, it} from 'vitest'
import {
  EXIT_CODES,
  exitCode,
  exitCodesMarkdown,
  exitCodesText,
  VERDICTS,
} from '../../src/lib/report/exit-codes.js'

describe('exit codes', () => {
  it.each([
    ['done', 0],
    ['nothing', 0],
    ['planned', 0],
    ['healthy', 0],
    ['bug', 1],
    ['usage', 2],
    ['refused', 3],
    ['declined', 4],
    ['undone', 5],
    ['partial', 6],
    ['undo-failed', 7],
    ['interrupted', 8],
    ['locked', 9],
    ['unreachable', 10],
    ['tolerated', 11],
    ['drifted', 12],
    ['unhealthy', 13],
  ] as const)('%s is %i', (verdict, code) => {
    expect(exitCode(verdict)).toBe(code)
  })

  it('has a row for every code and a verdict for every row', () => {
    const used = new Set(VERDICTS.map(exitCode))
    expect(EXIT_CODES.map(({code}) => code)).toEqual([...used].sort((a, b) => a - b))
  })

  it('fits 80 and 60 columns as text', () => {
    expect(exitCodesText().every((line) => line.length <= 80)).toBe(true)
    expect(exitCodesText(60).every((line) => line.length <= 60)).toBe(true)
    expect(exitCodesText()[7]).toMatch(/^ {3}6 {2}failed, and left part-way: look +yes$/)
  })

  it('is a markdown table', () => {
    const lines = exitCodesMarkdown().trimEnd().split('\n')
    expect(lines).toHaveLength(2 + EXIT_CODES.length)
    expect(lines[5]).toBe('| 3 | refused by a guard | no |')
  })
})
