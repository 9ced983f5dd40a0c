import {describe, expect, it} from 'vitest'
import {VERDICTS} from '../../src/lib/report/exit-codes.js'
import {renderOutcome} from '../../src/lib/report/outcome.js'
import {paint} from '../../src/lib/report/paint.js'
import {displayWidth} from '../../src/lib/report/width.js'
import {outcome, result} from './samples.js'

const plain = paint(false)
const paste = `redeye runs resume 8f3a --only failed --reason "${'a long story '.repeat(8)}"`

const partial = outcome({
  verdict: 'partial',
  run: '8f3a',
  says: 'step lb2/drain failed; 1 step is left changed',
  because: ['lb2 answered "No such server."\nand closed', 'do lb2/drain: failed: No such server.'],
  next: ['redeye runs show 8f3a', paste],
  steps: [
    result('lb1/drain', 'changed', 'DRAIN'),
    result('lb2/drain', 'failed', 'No such server.'),
    ...[1, 2, 3].map((at) =>
      result(`lb${at + 2}/drain`, 'unreachable', `connect 10.0.0.${at}:22: timed out`, {class: 'net'}),
    ),
    result('idle', 'not-started'),
  ],
})

describe('renderOutcome', () => {
  it('says the verdict, the totals, why, what failed and what to do next', () => {
    expect(renderOutcome(partial, 80, plain)).toEqual([
      'FAILED, LEFT PART-WAY  haproxy drain app/s2',
      '  step lb2/drain failed; 1 step is left changed',
      '  changed 1 of 6, failed 1 of 6, unreachable 3 of 6, not-started 1 of 6',
      '  - lb2 answered "No such server."',
      '  - and closed',
      '  unreachable (net) 3 of 6: lb[3-5]/drain',
      '    connect <address>: timed out',
      '  failed: do lb2/drain',
      '    No such server.',
      '  run 8f3a, 12s, exit 6, changed: yes',
      'Next:',
      '  redeye runs show 8f3a',
      `  ${paste}`,
    ])
  })

  it.each([80, 60, 40, 24])('keeps within %i cells, but never cuts a command', (width) => {
    const lines = renderOutcome(partial, width, plain)
    const next = lines.indexOf('Next:')
    for (const line of lines.slice(0, next)) expect(displayWidth(line)).toBeLessThanOrEqual(width)
    expect(lines.slice(next + 1)).toEqual(['  redeye runs show 8f3a', `  ${paste}`])
  })

  it('says in words how every verdict differs, without colour', () => {
    const first = VERDICTS.map((verdict) => renderOutcome(outcome({verdict}), 80, plain)[0])
    expect(new Set(first).size).toBe(VERDICTS.length)
    expect(first.every((line) => /^[A-Z]{2}[A-Z, -]+ {2}haproxy drain app\/s2$/.test(line ?? ''))).toBe(true)
  })

  it('is short when all is well', () => {
    const done = outcome({
      run: '8f3a',
      steps: [result('a', 'changed'), result('b', 'already')],
      next: ['redeye runs undo 8f3a'],
    })
    expect(renderOutcome(done, 80, plain)).toEqual([
      'DONE  haproxy drain app/s2',
      '  4 of 5 steps changed and verified',
      '  changed 1 of 2, already 1 of 2',
      '  run 8f3a, 12s, exit 0',
      'Next:',
      '  redeye runs undo 8f3a',
    ])
  })

  it('groups and bounds 30,000 failures', () => {
    const steps = Array.from({length: 30_000}, (_, at) =>
      result(`rpi-${String(at).padStart(5, '0')}`, 'failed', `reason ${at % 100}`),
    )
    const began = performance.now()
    const lines = renderOutcome(outcome({verdict: 'partial', steps}), 80, plain)
    expect(performance.now() - began).toBeLessThan(2000)
    expect(lines.length).toBeLessThan(150)
    expect(lines.join('\n')).toContain('… and 24000 more failed steps in 80 groups')
  })

  it('takes the words of peers as text', () => {
    const evil = outcome({
      verdict: 'partial',
      says: '\x1b[2J',
      because: ['\x1b[1A\u202e'],
      next: ['redeye \x1b[8mhidden'],
      steps: [result('a', 'failed', '\x07\x9b', {class: '\x1b[5m'})],
    })
    expect(renderOutcome(evil, 80, plain).join('')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u)
  })
})
