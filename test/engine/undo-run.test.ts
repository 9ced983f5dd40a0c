import {expect, test} from 'vitest'
import {z} from 'zod'
import {perform} from '../../src/lib/engine/perform.js'
import {undoRunbook} from '../../src/lib/engine/undo-run.js'
import {bench, oneStage, request, switches, switchStep, world} from './world.js'

const INPUT = z.strictObject({run: z.string()})

async function doneRun(runbook = switches(oneStage(['a', 'b'])), where = world(['a', 'b'])) {
  const ports = bench()
  const {plan} = await perform(runbook, where, request(['a', 'b']), ports)
  if (!plan) throw new Error('no plan')
  where.log.length = 0
  return {where, past: {run: 'run-1', runbook, plan, entries: ports.entries}}
}

test('the undo of a past run is a plan of its own: asked, journalled, verified', async () => {
  const {where, past} = await doneRun()
  const ports = bench()
  const {outcome} = await perform(
    undoRunbook(past, INPUT),
    where,
    request([], {input: {run: 'run-1'}}),
    ports,
  )
  expect(outcome.verdict).toBe('done')
  expect(where.log).toEqual(['off b', 'off a'])
  expect([...where.on.values()]).toEqual([false, false])
  expect(ports.entries.map((entry) => entry.kind)).toContain('applying')
})

test.each([
  [{kind: 'interrupted', says: 'told to stop'}, 'it was interrupted: told to stop'],
  [
    {kind: 'resumed', owner: null, overrides: []},
    'it has no end in its journal: it was killed or still runs',
  ],
] as const)('its plan says how the run ended: %s', async (last, said) => {
  const {where, past} = await doneRun()
  const ports = bench()
  const entries = [...past.entries.filter(({kind}) => kind !== 'ended'), {...last, overrides: []}]
  await perform(undoRunbook({...past, entries}, INPUT), where, request([], {input: {run: 'run-1'}}), ports)
  const plan = ports.events.find((event) => event.type === 'plan') ?? expect.unreachable()
  expect(plan.view.notes).toContain(said)
})

test('what was so before the run stays so', async () => {
  const where = world(['a', 'b'])
  where.on.set('a', true)
  const {past} = await doneRun(switches(oneStage(['a', 'b'])), where)
  await perform(undoRunbook(past, INPUT), where, request([], {input: {run: 'run-1'}}), bench())
  expect(where.on.get('a')).toBe(true)
  expect(where.on.get('b')).toBe(false)
})

test('an undo that was made already is a no-op', async () => {
  const {where, past} = await doneRun()
  where.on.set('a', false)
  where.on.set('b', false)
  const {outcome} = await perform(
    undoRunbook(past, INPUT),
    where,
    request([], {input: {run: 'run-1'}}),
    bench(),
  )
  expect(outcome.verdict).toBe('nothing')
  expect(where.log).toEqual([])
})

test('steps that stay as they are on purpose are named, and guards of the way back refuse', async () => {
  const leaving = switches(
    (at) => [
      {
        id: 's',
        says: 's',
        steps: [switchStep(at, 'a', {undo: {kind: 'leave', why: 'a restart is no state'}})],
      },
    ],
    {undoGuards: () => [{id: 'last', level: 'refuse', saw: 'it would be the last'}]},
  )
  const {where, past} = await doneRun(leaving)
  const {outcome} = await perform(
    undoRunbook(past, INPUT),
    where,
    request([], {input: {run: 'run-1'}}),
    bench(),
  )
  expect(outcome.verdict).toBe('refused')
  expect(outcome.findings.find((one) => one.id === 'left-as-is')?.saw).toContain(
    'turn on a (a restart is no state)',
  )
  expect(where.log).toEqual([])
})
