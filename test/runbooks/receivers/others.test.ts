import {describe, expect, test} from 'vitest'
import {exec} from '../../../src/lib/runbooks/receivers/exec.js'
import {reboot} from '../../../src/lib/runbooks/receivers/reboot.js'
import {rebootOf} from './inputs.js'
import {journalOf, operate, resume} from './operate.js'
import {room} from './room.js'

const HOSTS = 12
const {fleet, place, ids, seen} = room(HOSTS)

const one = (at: number, timeoutMs = 30_000) => ({
  ...rebootOf(1, {timeoutMs}),
  selection: {...rebootOf(1).selection, ids: ids(at)},
})
const run = (at: number, ...argv: string[]) => {
  const {unit: _unit, stableMs: _stable, verify: _verify, ...fanOut} = one(at, 2000)
  return {...fanOut, argv}
}

describe('exec', () => {
  test('what it prints is kept; another exit code is a failure', async () => {
    const done = await operate(place(), exec, run(0, 'echo', "it's", '$(reboot)'))
    expect(done.outcome.steps).toMatchObject([{state: 'changed', saw: "it's $(reboot)"}])
    const failed = await operate(place(), exec, run(0, 'nonsense'))
    expect(failed.outcome.steps).toMatchObject([{state: 'failed', class: 'exit'}])
    expect(failed.outcome.steps[0]?.saw).toContain('exit 127')
  })

  test('what takes too long is in doubt, and is not sent again by a resume', async () => {
    const {outcome, run: id} = await operate(place(), exec, run(1, 'sleep', '4'))
    expect(outcome.steps).toMatchObject([{state: 'in-doubt'}])
    const resumed = await resume(place(), exec, id)
    expect(resumed.outcome.steps).toMatchObject([{state: 'in-doubt'}])
    expect((await seen(ids(1)[0] ?? '')).commands).toEqual(["'sleep' '4'"])
  })

  test('turned away: a failure, with nothing sent; out of reach: unreachable', async () => {
    await fleet().control.behave(ids(2), {connect: 'wrong-key'})
    const turned = await operate(place(), exec, run(2, 'uname'))
    expect(turned.outcome.steps).toMatchObject([{state: 'failed', class: 'host-key'}])
    expect(turned.outcome.steps[0]?.saw).not.toContain('whether it ran')
    await fleet().control.behave(ids(3), {connect: 'refuse'})
    const away = await operate(place(), exec, run(3, 'uname'))
    expect(away.outcome.steps).toMatchObject([{state: 'unreachable'}])
    expect((await journalOf(place(), away.run)).filter(({kind}) => kind === 'unsent')).toHaveLength(2)
  })
})

describe('reboot', () => {
  test('another boot id, and the unit is back; a resume does not do it again', async () => {
    const {outcome, run: id} = await operate(place(), reboot, one(4))
    expect(outcome).toMatchObject({verdict: 'done', totals: {changed: 1}})
    expect((await seen(ids(4)[0] ?? '')).asked).toBe(1)
    expect((await resume(place(), reboot, id)).outcome.verdict).toBe('nothing')
  })

  test.each([
    ['no-sudo', 'failed', 'no-sudo', 0],
    ['fails', 'failed', 'unit-failed', 1],
    ['hangs', 'timed-out', undefined, 1],
  ] as const)('%s', async (unit, state, kind, asked) => {
    await fleet().control.behave(ids(5), {unit})
    const {outcome} = await operate(place(), reboot, one(5, 5000))
    expect(outcome.steps).toMatchObject([{state, ...(kind && {class: kind})}])
    expect((await seen(ids(5)[0] ?? '')).asked).toBe(asked)
  })
})
