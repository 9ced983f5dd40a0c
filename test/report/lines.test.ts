import {describe, expect, it} from 'vitest'
import type {Event} from '../../src/lib/engine/event.js'
import {linesRenderer} from '../../src/lib/report/lines.js'
import {drainPlan, outcome, result} from './samples.js'

const BEGIN = Date.UTC(2026, 10, 22, 8, 47, 12)

function lines(events: Array<[atMs: number, event: Event]>, colour = false): string[] {
  let text = ''
  let now = BEGIN
  const renderer = linesRenderer({
    write: (more) => {
      text += more
    },
    now: () => now,
    colour,
  })
  for (const [atMs, event] of events) {
    now = BEGIN + atMs
    renderer.emit(event)
  }
  renderer.close()
  return text.split('\n').slice(0, -1)
}

function saw(text: string, waitedMs: number): Event {
  return {type: 'saw', step: 'idle', saw: text, waitedMs, patienceMs: 300_000}
}

describe('linesRenderer', () => {
  it('gives every event a line with its time', () => {
    expect(
      lines([
        [0, {type: 'run', run: '8f3a', steps: 2}],
        [0, {type: 'stage', stage: 'drain', says: 'Drain', steps: 2, width: 1}],
        [0, {type: 'start', step: 'lb1', says: 'drain lb1', undo: false}],
        [400, {type: 'end', result: result('lb1', 'changed', 'DRAIN'), undo: false}],
        [1000, {type: 'start', step: 'idle', says: 'wait until idle', undo: false}],
        [
          2000,
          {
            type: 'end',
            result: result('idle', 'timed-out', '3 sessions at 10.0.0.7', {ms: 61_000}),
            undo: false,
          },
        ],
        [2000, {type: 'note', says: 'putting back'}],
        [2000, {type: 'start', step: 'lb1', says: 'ready lb1', undo: true}],
        [2500, {type: 'end', result: result('lb1', 'undone', 'UP'), undo: true}],
        [3000, {type: 'interrupted', says: 'Ctrl-C'}],
        [3000, {type: 'outcome', outcome: outcome({verdict: 'undone', says: 'failed'})}],
      ]),
    ).toEqual([
      '2026-11-22T08:47:12Z run 8f3a: 2 steps',
      '2026-11-22T08:47:12Z stage drain: Drain (2 steps, 1 at a time)',
      '2026-11-22T08:47:12Z step 1/2 start drain lb1',
      '2026-11-22T08:47:12Z step 1/2 changed 0.4s do lb1: DRAIN',
      '2026-11-22T08:47:13Z step 2/2 start wait until idle',
      '2026-11-22T08:47:14Z step 2/2 timed-out 1m01s do idle: 3 sessions at 10.0.0.7',
      '2026-11-22T08:47:14Z note putting back',
      '2026-11-22T08:47:14Z undo 1/2 start ready lb1',
      '2026-11-22T08:47:14Z undo 1/2 undone 0.4s do lb1: UP',
      '2026-11-22T08:47:15Z interrupted Ctrl-C',
      '2026-11-22T08:47:15Z outcome undone (exit 5): failed',
    ])
  })

  it('numbers steps as the plan does, stamps every event, and sets the plan itself below its line', () => {
    const [first, ...more] = lines([
      [0, drainPlan()],
      [0, {type: 'run', run: 'r', steps: 4}],
      [0, {type: 'start', step: 'idle', says: 'wait', undo: false}],
    ])
    expect(first).toBe('2026-11-22T08:47:12Z plan Drain app/s2 (10.0.0.2:8080) on 2 instances (lb1, lb2)')
    expect(
      more.every((line) => line === '' || /^(2026-11-22T08:47:12Z (run|step)| {2}\S| {3})/.test(line)),
    ).toBe(true)
    expect(more).toContain('  Drain app/s2 (10.0.0.2:8080) on 2 instances (lb1, lb2)')
    expect(more.at(-1)).toBe('2026-11-22T08:47:12Z step 4/4 start wait')
  })

  it('repeats what a step sees only when it changed, and at most once a second', () => {
    expect(
      lines([
        [0, saw('12 sessions', 0)],
        [250, saw('12 sessions', 250)],
        [500, saw('11 sessions', 500)],
        [1100, saw('10 sessions', 1100)],
        [1350, saw('9 sessions', 1350)],
        [60_000, saw('10 sessions', 60_000)],
        [61_000, saw('9 sessions', 61_000)],
      ]),
    ).toEqual([
      '2026-11-22T08:47:12Z step 1 waits 0s of 5m: 12 sessions',
      '2026-11-22T08:47:13Z step 1 waits 1s of 5m: 10 sessions',
      '2026-11-22T08:48:13Z step 1 waits 1m01s of 5m: 9 sessions',
    ])
  })

  it('says that it still watches every ten seconds', () => {
    const soak = (leftMs: number): Event => ({type: 'soak', stage: 'canary', leftMs, saw: 'no errors'})
    expect(
      lines([
        [0, soak(60_000)],
        [1000, soak(59_000)],
        [9999, soak(50_001)],
        [10_000, soak(50_000)],
      ]),
    ).toEqual([
      '2026-11-22T08:47:12Z stage canary watched, 1m left: no errors',
      '2026-11-22T08:47:22Z stage canary watched, 50s left: no errors',
    ])
  })

  it('tells a wide run by its waves, and every five seconds how far one is', () => {
    const hosts = Array.from({length: 60}, (_, at) => `rx-${at}`)
    const ended = (at: number, state: 'changed' | 'failed'): [number, Event] => [
      at * 200,
      {type: 'end', result: result(hosts[at] ?? '', state, state === 'failed' ? 'no unit' : ''), undo: false},
    ]
    const [first, ...rest] = lines([
      [0, {type: 'run', run: 'r', steps: 60}],
      [0, {type: 'stage', stage: 'wave-1', says: 'wave 1 of 1', steps: 60, width: 20}],
      ...hosts.map((_, at): [number, Event] => ended(at, at % 20 === 0 ? 'failed' : 'changed')),
      [12_000, {type: 'soak', stage: 'wave-1', leftMs: 1000, saw: ''}],
      [13_000, {type: 'outcome', outcome: outcome({verdict: 'tolerated', says: 'some failed'})}],
    ])
    expect([first, ...rest].map((line) => line?.slice(21))).toEqual([
      'run r: 60 steps',
      'stage wave-1: wave 1 of 1 (60 steps, 20 at a time)',
      'stage wave-1: 25 of 60, changed 23, failed 2, in flight 0, most: failed 2',
      'stage wave-1: 50 of 60, changed 47, failed 3, in flight 0, most: failed 3',
      'stage wave-1 ended: 60 of 60, changed 57, failed 3',
      'stage wave-1 watched, 1s left',
      'outcome tolerated (exit 11): some failed',
    ])
  })

  it('writes no escape codes unless told to, and none of a peer ever', () => {
    const events: Array<[number, Event]> = [
      [0, drainPlan({dryRun: true})],
      [0, {type: 'end', result: result('a', 'failed', 'a\nb\x1b[2J\u202e'), undo: false}],
    ]
    expect(lines(events).join('')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u)
    const coloured = lines(events, true).join('')
    expect(coloured).toContain('\x1b[31mfailed\x1b[39m')
    expect(coloured).not.toContain('\x1b[2J')
  })
})
