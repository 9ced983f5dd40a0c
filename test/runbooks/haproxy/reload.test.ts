import {expect, test} from 'vitest'
import type {HaproxyDaemon} from '../../../src/lib/lab/haproxy.js'
import {drain} from '../../../src/lib/runbooks/haproxy/drain.js'
import {slowRequests} from './clients.js'
import {drainOf} from './inputs.js'
import {journalOf, operate} from './operate.js'
import {once, room, waits} from './room.js'
import {asBefore, masks, states} from './states.js'

const {lab, recorded} = room()
const instance = (at: number): HaproxyDaemon => lab().instances[at] ?? expect.unreachable()

test('a reload during the wait takes the drain back: it is done once more, and noted', async () => {
  const answers = await slowRequests(instance(1), ['app', 's2'], 4000)
  const {place: taped, sent} = await recorded()
  const before = instance(0).process.pid
  const reload = once(waits('idle'), () => instance(0).reload())
  const {outcome, run} = await operate(taped, drain, drainOf('app/s2'), {emit: reload.emit})
  await reload.done()
  expect(outcome.verdict).toBe('done')
  expect(await masks(lab(), 'app/s2')).toEqual({lb1: 8, lb2: 8})
  expect(sent()).toEqual([
    'lb1: set server app/s2 state drain',
    'lb1: set server app/s2 state drain',
    'lb2: set server app/s2 state drain',
  ])
  const note = (await journalOf(taped, run)).find((line) => line.kind === 'note')
  const pids = `pid ${before} -> ${instance(0).process.pid}`
  expect(note?.kind === 'note' && note.says).toContain(`lb1 was reloaded (${pids}) and app/s2 is UP`)
  expect(new Set(await answers())).toEqual(new Set([200]))
})

test('an instance that is calm already is still watched while the other one is busy', async () => {
  // lb1 never has a session; only lb2 keeps the wait going.
  const answers = await slowRequests(instance(1), ['app', 's2'], 4000)
  const {place: taped} = await recorded()
  const reload = once(
    (event) => waits('idle')(event) && event.type === 'saw' && !event.saw.includes('lb1'),
    () => instance(0).reload(),
  )
  const {outcome} = await operate(taped, drain, drainOf('app/s2'), {emit: reload.emit})
  await reload.done()
  expect(outcome.verdict).toBe('done')
  expect(await masks(lab(), 'app/s2')).toEqual({lb1: 8, lb2: 8})
  await answers()
})

test('a second reload of the same instance ends the run: everything is put back', async () => {
  const before = await states(lab())
  const answers = await slowRequests(instance(1), ['app', 's2'], 9000)
  const {place: taped} = await recorded()
  let noted = false
  const first = once(waits('idle'), () => instance(0).reload())
  const again = once(
    (event) => event.type === 'saw' && event.step === 'idle' && noted,
    async () => {
      await first.done()
      await instance(0).reload()
    },
  )
  const {outcome} = await operate(taped, drain, drainOf('app/s2'), {
    emit: (event) => {
      again.emit(event)
      first.emit(event)
      noted ||= event.type === 'note' && event.says.includes('once more')
    },
  })
  await again.done()
  expect(outcome.verdict).toBe('undone')
  expect(outcome.says).toContain('it was already put back once')
  await answers()
  await asBefore(lab(), before)
})
