import {describe, expect, it} from 'vitest'
import {paint} from '../../src/lib/report/paint.js'
import {type PlanEvent, renderPlan} from '../../src/lib/report/plan.js'
import {displayWidth} from '../../src/lib/report/width.js'
import {drainPlan} from './samples.js'

const plain = paint(false)

const refused = drainPlan({
  dryRun: true,
  findings: [
    ...drainPlan().findings,
    {
      id: 'last-server',
      level: 'refuse',
      saw: 'no other server of backend one is usable: s1 is the last of 1',
      clear: 'bring another one up first: redeye haproxy ready one/s2',
      overridable: true,
    },
    {id: 'level', level: 'refuse', saw: 'Permission denied: the socket is operator level'},
    {id: 'capacity', level: 'refuse', saw: '4 % of the weight is left', overridable: true},
  ],
  overridden: ['capacity'],
})

describe('renderPlan', () => {
  it('leaves out a table without rows', () => {
    const {view} = drainPlan()
    const tables = view.tables.map((table) => ({...table, rows: []}))
    const text = renderPlan(drainPlan({view: {...view, tables}}), 80, plain).join('\n')
    expect(text).not.toContain('backend')
    expect(text).toContain(`${view.title}\n\nnote`)
  })

  it('shows everything a person needs to decide at 80 columns', () => {
    expect(renderPlan(drainPlan(), 80, plain)).toEqual([
      'Drain app/s2 (10.0.0.2:8080) on 2 instances (lb1, lb2)',
      '',
      'backend  usable  weight         queue  sessions on s2',
      'app      3 -> 2  3 -> 2 (66 %)      0  lb1 12, lb2 9',
      'sticky   2 -> 1  2 -> 1 (50 %)    110  lb1 3, lb2 0',
      '',
      'note  sticky uses cookies: users bound to s2 keep using it while DRAIN; add',
      '      --then maint to move them',
      '',
      'ok 2 guards passed',
      'WARNING agent-check',
      '  agent check is on for app/s2: it can undo the drain',
      '',
      'Drain one instance after the other (3 steps)',
      '  1 disable agent app/s2 on lb1',
      '      already so: agent is off',
      '  2 set server app/s2 state drain on lb1',
      '      now: UP, 12 sessions; undo: set server app/s2 state ready on lb1',
      '  3 set server app/s2 state drain on lb2',
      '      now: UP, 9 sessions; undo: set server app/s2 state ready on lb2',
      'Wait until nobody uses it (1 step)',
      'POINT OF NO RETURN before step 4: a client whose session is cut has to connect',
      '  again',
      '  4 kill the sessions that are left  now: 21 sessions',
    ])
  })

  it('says what an override passes, and names what refuses: the outcome has the rest', () => {
    const text = renderPlan(refused, 60, plain).join('\n')
    expect(text).toContain(
      ['OVERRIDDEN capacity', '  4 % of the weight is left', 'REFUSED by last-server, level'].join('\n'),
    )
  })

  it('does not call refused what is overridden', () => {
    expect(renderPlan(refused, 80, plain).filter((line) => line.startsWith('REFUSED'))).toEqual([
      'REFUSED by last-server, level',
    ])
  })

  it('has no point of no return where what cannot be undone is so already', () => {
    const [drain, idle] = drainPlan().stages
    if (!drain || !idle) throw new Error('the sample has two stages')
    const stages = [drain, {...idle, steps: idle.steps.map((step) => ({...step, reached: true}))}]
    expect(renderPlan(drainPlan({stages}), 80, plain).join('\n')).not.toContain('POINT OF NO RETURN')
  })

  it('begins and ends a dry run with the banner', () => {
    const lines = renderPlan(refused, 80, plain)
    expect(lines[0]).toMatch(/^=+ DRY RUN: nothing was changed =+$/)
    expect(lines.at(-1)).toBe(lines[0])
    expect(renderPlan(drainPlan(), 80, plain).join('\n')).not.toContain('DRY RUN')
  })

  it.each([120, 80, 60, 40, 30])('has no line longer than %i cells', (width) => {
    for (const line of renderPlan(refused, width, plain))
      expect(displayWidth(line)).toBeLessThanOrEqual(width)
  })

  it('puts a step on one line where all of a stage fit', () => {
    expect(renderPlan(drainPlan(), 120, plain)).toContain(
      '  2 set server app/s2 state drain on lb1  now: UP, 12 sessions      undo: set server app/s2 state ready on lb1',
    )
  })

  it('takes the words of peers as text', () => {
    const evil = drainPlan({
      view: {title: 'a\x1b[2Jb', tables: [], notes: ['\x1b]0;x\x07note']},
      findings: [{id: 'g\x1b[A', level: 'refuse', saw: 'saw\u202e', clear: '\x9b2J'}],
    })
    expect(renderPlan(evil, 80, plain).join('')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u)
  })

  it('sums up a wide stage, with the point of no return before what is not shown', () => {
    const lines = renderPlan(fleet(30_000), 80, plain)
    expect(lines.length).toBeLessThan(30)
    const text = lines.join('\n')
    expect(text).toContain('Restart the agent (30000 steps, 20 at a time)')
    expect(text).toContain('POINT OF NO RETURN before step 101: the old log is lost')
    expect(text).toContain('… and 29995 more steps, 2 of them already so: rpi-[00006-30000]')
  })

  it('folds waves of hosts that the same is done to, and says its undo once', () => {
    const wave = (from: number, to: number) => ({
      id: `wave-${from}`,
      says: `wave from ${from}`,
      width: 500,
      steps: Array.from({length: to - from + 1}, (_, at) => ({
        id: `rx-${from + at}`,
        says: `rx-${from + at}: restart x.service`,
        reached: null,
        saw: '',
        undo: 'left as it is: a restart has no undo',
      })),
    })
    const lines = renderPlan(drainPlan({stages: [wave(1, 1), wave(2, 11), wave(12, 60)]}), 80, plain)
    expect(lines.slice(lines.indexOf('wave from 1 (1 step)'))).toEqual([
      'wave from 1 (1 step)',
      '  1 restart x.service: rx-1',
      '    undo: left as it is: a restart has no undo',
      'wave from 2 (10 steps, 10 at a time)',
      '  2-11 restart x.service: rx-[2-11]',
      'wave from 12 (49 steps, 49 at a time)',
      '  12-60 restart x.service: rx-[12-60]',
    ])
    const [first, ...others] = wave(1, 3).steps
    if (!first) throw new Error('the sample has steps')
    const differs = {...wave(1, 3), steps: [{...first, says: 'rx-1: reboot'}, ...others]}
    expect(renderPlan(drainPlan({stages: [differs]}), 80, plain).join('\n')).toContain(
      '  2 rx-2: restart x.service',
    )
  })

  it('colours without changing the words', () => {
    const coloured = renderPlan(refused, 80, paint(true)).join('\n')
    expect(coloured).toContain('\x1b[31m')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
    expect(coloured.replace(/\x1b\[\d+m/g, '')).toBe(renderPlan(refused, 80, plain).join('\n'))
  })
})

function fleet(hosts: number): PlanEvent {
  const steps = Array.from({length: hosts}, (_, at) => ({
    id: `rpi-${String(at + 1).padStart(5, '0')}`,
    says: `restart the agent on host ${at + 1}`,
    reached: at === 50 || at === 60 ? true : null,
    saw: '',
    undo: '',
    ...(at >= 100 && {irreversible: 'the old log is lost'}),
  }))
  return drainPlan({stages: [{id: 'all', says: 'Restart the agent', width: 20, steps}]})
}
