import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest'
import type {Event} from '../../src/lib/engine/event.js'
import {liveRenderer} from '../../src/lib/report/live.js'
import {displayWidth} from '../../src/lib/report/width.js'
import {drainPlan, outcome, result} from './samples.js'
import {Terminal} from './terminal.js'

const HINT = 'Ctrl-C stops after the current step'
const SAFE = 'Safe to Ctrl-C: yes; what is in flight ends, the rest can be resumed'
const wait = 'wait until app/s2 is idle on every instance'

beforeEach(() => {
  vi.useFakeTimers({now: Date.UTC(2026, 10, 22, 8, 47, 12)})
})
afterEach(() => {
  vi.useRealTimers()
})

function open(columns: number, rows: number, colour = false) {
  const terminal = new Terminal(columns, rows)
  const renderer = liveRenderer({
    write: (text) => terminal.write(text),
    columns: () => terminal.columns,
    rows: () => terminal.height,
    now: () => Date.now(),
    onResize: (changed) => terminal.onResize(changed),
    colour,
  })
  return {terminal, renderer}
}

function play(renderer: {emit(event: Event): void}, events: Event[]): void {
  for (const event of events) renderer.emit(event)
  vi.advanceTimersByTime(100)
}

const begun: Event[] = [
  {type: 'run', run: '8f3a', steps: 4},
  {type: 'stage', stage: 'drain', says: 'Drain', steps: 3, width: 1},
  {type: 'start', step: 'lb1', says: 'drain lb1', undo: false},
  {type: 'end', result: result('lb1', 'changed', 'DRAIN'), undo: false},
  {type: 'start', step: 'idle', says: wait, undo: false},
  {type: 'saw', step: 'idle', saw: 'lb1 12 sessions, lb2 9', waitedMs: 42_000, patienceMs: 300_000},
]

describe('liveRenderer', () => {
  it('pins what is in flight below the log', () => {
    const {terminal, renderer} = open(80, 24)
    play(renderer, begun)
    expect(terminal.screen()).toEqual([
      'run 8f3a',
      'Drain',
      'changed   1/4 do lb1: DRAIN (0.4s)',
      'Drain: 1 of 3 done',
      `> ${wait}                         42s of 5m`,
      '    lb1 12 sessions, lb2 9',
      '1/4 steps, running for 0s',
      HINT,
    ])
    expect(terminal.cursorShown).toBe(false)
  })

  it('moves its clocks by itself', () => {
    const {terminal, renderer} = open(80, 24)
    play(renderer, begun)
    vi.advanceTimersByTime(10_000)
    expect(terminal.screen().join('\n')).toMatch(/5[12]s of 5m/)
    expect(terminal.screen()).toContain('1/4 steps, running for 10s')
    renderer.close()
    const {length} = terminal.writes
    vi.advanceTimersByTime(60_000)
    expect(terminal.writes).toHaveLength(length)
  })

  it('gives what was seen a line of its own when both do not fit', () => {
    const {terminal, renderer} = open(60, 15)
    play(renderer, begun)
    expect(terminal.screen().slice(3)).toEqual([
      'Drain: 1 of 3 done',
      `> ${wait}     42s of 5m`,
      '    lb1 12 sessions, lb2 9',
      '1/4 steps, running for 0s',
      HINT,
    ])
  })

  it('survives 60x15, 40x10 and 80x24 again without leaving anything behind', () => {
    const {terminal, renderer} = open(80, 24)
    play(renderer, begun)
    for (const [columns, rows] of [
      [60, 15],
      [40, 10],
      [80, 24],
    ] as const) {
      terminal.resize(columns, rows)
      renderer.emit({type: 'note', says: `now ${columns}`})
      vi.advanceTimersByTime(1100)
      const screen = terminal.screen()
      const area = screen.slice(screen.indexOf(`note: now ${columns}`) + 1)
      expect(area.length).toBeLessThanOrEqual(rows - 2)
      expect(area.filter((line) => line.startsWith('1/4 steps'))).toHaveLength(1)
      for (const line of screen) expect(displayWidth(line)).toBeLessThanOrEqual(columns)
    }
    expect(terminal.everything().filter((line) => line.includes('1/4 steps'))).toHaveLength(1)
    expect(terminal.everything().filter((line) => line.startsWith('note: now'))).toHaveLength(3)
    renderer.close()
    expect(terminal.everything()).toEqual([
      'run 8f3a',
      'Drain',
      'changed   1/4 do lb1: DRAIN (0.4s)',
      'note: now 60',
      'note: now 40',
      'note: now 80',
    ])
  })

  it('is right again on a screen too small for what was on it', () => {
    const {terminal, renderer} = open(80, 24)
    play(renderer, begun)
    terminal.resize(20, 5)
    vi.advanceTimersByTime(100)
    expect(terminal.screen().slice(-3)).toEqual([
      '> wait …  42s of 5m',
      '1/4 steps, running…',
      'Ctrl-C stops after…',
    ])
    terminal.resize(80, 24)
    vi.advanceTimersByTime(100)
    expect(terminal.screen().filter((line) => line === HINT)).toHaveLength(1)
  })

  it('puts what was seen beside the step where both fit', () => {
    const {terminal, renderer} = open(100, 24)
    play(renderer, begun)
    expect(terminal.screen()).toContain(`${`> ${wait}: lb1 12 sessions, lb2 9`.padEnd(88)}  42s of 5m`)
  })

  it('truncates on a 40x10 terminal, never wraps', () => {
    const {terminal, renderer} = open(40, 10)
    play(renderer, begun)
    expect(terminal.screen().slice(-5)).toEqual([
      'Drain: 1 of 3 done',
      '> wait until app/s2 is idle…  42s of 5m',
      '    lb1 12 sessions, lb2 9',
      '1/4 steps, running for 0s',
      HINT,
    ])
  })

  it.each([
    [80, 24],
    [60, 15],
    [40, 10],
    [40, 4],
    [40, 3],
    [10, 2],
    [3, 1],
  ])('with a wide stage keeps to rows-2 lines of %ix%i', (columns, rows) => {
    const {terminal, renderer} = open(columns, rows)
    play(renderer, wide(200))
    const area = terminal.screen()
    const from = area.findIndex(
      (line) => line.startsWith('Restart the agent ') || line.startsWith('> ') || /^\d+\/200/.test(line),
    )
    const lines = from < 0 ? [] : area.slice(from)
    expect(lines.length).toBeLessThanOrEqual(Math.max(0, rows - 2))
  })

  it('shows a wide stage as a bar with counts, its pace, what goes wrong and its slowest', () => {
    const {terminal, renderer} = open(80, 24)
    play(renderer, wide(200))
    vi.advanceTimersByTime(2000)
    expect(terminal.screen().slice(-7)).toEqual([
      'Restart the agent [######..............]  60/200 changed 40, failed 20',
      'in flight 20, waiting 120, 29/s, about 4s left of this wave',
      'failed 20: refused by <address>',
      expect.stringMatching(/^> restart rpi-60: probing +2s of 1m$/),
      expect.stringMatching(/^> restart rpi-61 +2s$/),
      '60/200 steps, running for 2s',
      SAFE,
    ])
    // Three of a kind get a line; the others are counted.
    expect(terminal.everything().filter((line) => /^failed {2,}/.test(line))).toHaveLength(3)
  })

  it('counts a step that was tried again once, as it ended last', () => {
    const {terminal, renderer} = open(80, 24)
    play(renderer, [
      ...wide(200),
      {type: 'start', step: 'rpi-0', says: 'restart rpi-0', undo: false},
      {type: 'end', result: result('rpi-0', 'changed'), undo: false},
    ])
    const screen = terminal.screen()
    expect(screen).toContain('Restart the agent [######..............]  60/200 changed 41, failed 19')
    expect(screen).toContain('failed 19: refused by <address>')
  })

  it('shows the waves around the one that runs', () => {
    const {terminal, renderer} = open(80, 24)
    const wave = (at: number, steps: number): Event => ({
      type: 'stage',
      stage: `wave-${at}`,
      says: `wave ${at} of 9`,
      steps,
      width: 500,
    })
    const hosts = (at: number, count: number) =>
      Array.from(
        {length: count},
        (_, host): Event => ({
          type: 'end',
          result: result(`rpi-${at}-${host}`, 'changed'),
          undo: false,
        }),
      )
    const stages = Array.from({length: 9}, (_, at) => ({
      id: `wave-${at + 1}`,
      says: `wave ${at + 1} of 9`,
      width: 500,
      steps: hosts(at + 1, 100).map((_host, to) => ({
        id: `rpi-${at + 1}-${to}`,
        says: `rpi-${at + 1}-${to}: restart x`,
        reached: null,
        saw: '',
        undo: 'left as it is: no undo',
      })),
    }))
    play(renderer, [drainPlan({stages}), {type: 'run', run: 'r', steps: 900}])
    for (let at = 1; at < 7; at += 1) play(renderer, [wave(at, 100), ...hosts(at, at < 6 ? 100 : 25)])
    const shown = terminal.screen().filter((line) => /^wave \d of 9 +\[/.test(line))
    expect(shown).toEqual([
      'wave 3 of 9 [####################] 100/100 changed 100',
      'wave 4 of 9 [####################] 100/100 changed 100',
      'wave 5 of 9 [####################] 100/100 changed 100',
      'wave 6 of 9 [#####...............]  25/100 changed 25',
      'wave 7 of 9 [....................]   0/100',
      'wave 8 of 9 [....................]   0/100',
    ])
    terminal.resize(40, 10)
    vi.advanceTimersByTime(100)
    expect(terminal.screen().at(-1)).toMatch(/^Safe to Ctrl-C: yes/)
  })

  it('redraws at most ten times a second and loses no line', () => {
    const {terminal, renderer} = open(80, 24)
    play(renderer, begun)
    const before = terminal.writes.length
    for (let at = 0; at < 1000; at += 1) {
      renderer.emit({type: 'saw', step: 'idle', saw: `sessions ${at}`, waitedMs: at, patienceMs: 300_000})
      renderer.emit({type: 'note', says: `line ${at}`})
      vi.advanceTimersByTime(2)
    }
    vi.advanceTimersByTime(100)
    expect(terminal.writes.length - before).toBeLessThanOrEqual(22)
    const notes = terminal.everything().filter((line) => line.startsWith('note: line'))
    expect(notes).toEqual(Array.from({length: 1000}, (_, at) => `note: line ${at}`))
  })

  it('keeps to ten redraws a second while the window is dragged', () => {
    const {terminal, renderer} = open(80, 24)
    play(renderer, begun)
    const before = terminal.writes.length
    for (let at = 0; at < 50; at += 1) {
      terminal.resize(80 - (at % 40), 24)
      vi.advanceTimersByTime(10)
    }
    vi.advanceTimersByTime(100)
    expect(terminal.writes.length - before).toBeLessThanOrEqual(7)
    expect(terminal.screen().filter((line) => line.startsWith('Ctrl-C'))).toHaveLength(1)
    expect(terminal.screen().filter((line) => line.startsWith('1/4'))).toHaveLength(1)
  })

  it('does not give every undo of a wide run a line', () => {
    const {terminal, renderer} = open(80, 24)
    const undo = Array.from({length: 40}, (_, at): Event[] => [
      {type: 'start', step: `rpi-${at + 1}`, says: 'put back', undo: true},
      {type: 'end', result: result(`rpi-${at + 1}`, 'undone', 'as before'), undo: true},
    ])
    play(renderer, [...wide(200), ...undo.flat()])
    expect(terminal.everything().filter((line) => line.startsWith('undone'))).toEqual([])
  })

  it('makes room for a prompt and comes back', () => {
    const {terminal, renderer} = open(80, 24)
    play(renderer, begun)
    renderer.emit({type: 'note', says: 'just before'})
    renderer.pause?.()
    expect(terminal.cursorShown).toBe(true)
    expect(terminal.screen().slice(2)).toEqual(['changed   1/4 do lb1: DRAIN (0.4s)', 'note: just before'])
    renderer.emit({type: 'note', says: 'meanwhile'})
    vi.advanceTimersByTime(5000)
    expect(terminal.screen().at(-1)).toBe('note: just before')
    terminal.write('Type app/s2 to go on: app/s2\n')
    renderer.resume?.()
    expect(terminal.cursorShown).toBe(false)
    expect(terminal.screen().slice(3, 6)).toEqual([
      'note: just before',
      'Type app/s2 to go on: app/s2',
      'note: meanwhile',
    ])
    expect(terminal.screen().at(-1)).toBe(HINT)
  })

  it('says that it is stopping', () => {
    const {terminal, renderer} = open(80, 24)
    play(renderer, [...begun, {type: 'interrupted', says: 'Ctrl-C'}])
    expect(terminal.screen().slice(-2)).toEqual([
      '1/4 steps, stopping, running for 0s',
      'Stopping after the current step; Ctrl-C again aborts now',
    ])
  })

  it('shows undo steps and soaking', () => {
    const {terminal, renderer} = open(80, 24)
    play(renderer, [
      {type: 'run', run: 'r', steps: 2},
      {type: 'stage', stage: 's', says: 'Canary', steps: 1, width: 1},
      {type: 'start', step: 'a', says: 'do a', undo: false},
      {type: 'end', result: result('a', 'changed', ''), undo: false},
      {type: 'soak', stage: 's', leftMs: 60_000, saw: 'no errors'},
    ])
    expect(terminal.screen().at(-3)).toMatch(/^> watching before the next stage: no errors +59s left$/)
    play(renderer, [{type: 'start', step: 'a', says: 'put a back', undo: true}])
    expect(terminal.screen().at(-3)).toMatch(/^> undo: put a back +0s$/)
    play(renderer, [{type: 'end', result: result('a', 'undone', 'UP', {says: 'put a back'}), undo: true}])
    expect(terminal.screen()).toContain('undone    1/2 put a back: UP (0.4s)')
  })

  it('shows the plan at the width there is, and nothing pinned before the run', () => {
    const {terminal, renderer} = open(60, 50)
    play(renderer, [drainPlan({dryRun: true})])
    const screen = terminal.screen()
    expect(screen[1]).toMatch(/^=+ DRY RUN: nothing was changed =+$/)
    expect(screen.at(-1)).toBe(screen[1])
    expect(terminal.cursorShown).toBe(true)
  })

  it('restores the cursor at the end, once, and leaves nothing pinned', () => {
    const {terminal, renderer} = open(80, 24, true)
    play(renderer, [...begun, {type: 'outcome', outcome: outcome()}])
    expect(terminal.screen()).toHaveLength(3)
    renderer.close()
    renderer.close()
    renderer.emit({type: 'note', says: 'late'})
    renderer.resume?.()
    vi.advanceTimersByTime(5000)
    expect(terminal.cursorShown).toBe(true)
    expect(terminal.screen()).toHaveLength(3)
    expect(terminal.writes.join('').split('\x1b[?25h')).toHaveLength(2)
    expect(terminal.listeners).toBe(0)
  })

  it('restores the cursor when closed in the middle, also while paused', () => {
    const first = open(80, 24)
    play(first.renderer, begun)
    first.renderer.close()
    expect(first.terminal.cursorShown).toBe(true)
    expect(first.terminal.screen()).toHaveLength(3)
    const second = open(80, 24)
    play(second.renderer, begun)
    second.renderer.pause?.()
    second.renderer.emit({type: 'note', says: 'kept'})
    second.renderer.close()
    expect(second.terminal.screen().at(-1)).toBe('note: kept')
  })

  it('holds no process open', () => {
    const {renderer} = open(80, 24)
    const real = vi.spyOn(globalThis, 'setTimeout')
    play(renderer, begun)
    renderer.emit({type: 'note', says: 'x'})
    const timers = real.mock.results.map(({value}) => value as NodeJS.Timeout)
    expect(timers.length).toBeGreaterThan(0)
    expect(timers.some((timer) => timer.hasRef())).toBe(false)
  })
})

function wide(steps: number): Event[] {
  const start = (at: number): Event => ({
    type: 'start',
    step: `rpi-${at}`,
    says: `restart rpi-${at}`,
    undo: false,
  })
  const ended = Array.from({length: 60}, (_, at): Event[] => [
    start(at),
    {
      type: 'end',
      result:
        at % 3 === 0
          ? result(`rpi-${at}`, 'failed', `refused by 10.0.0.${at}`)
          : result(`rpi-${at}`, 'changed'),
      undo: false,
    },
  ])
  return [
    {type: 'run', run: '8f3a', steps},
    {type: 'stage', stage: 'all', says: 'Restart the agent', steps, width: 20},
    ...ended.flat(),
    ...Array.from({length: 20}, (_, at) => start(60 + at)),
    {type: 'saw', step: 'rpi-60', saw: 'probing', waitedMs: 0, patienceMs: 60_000},
  ]
}
