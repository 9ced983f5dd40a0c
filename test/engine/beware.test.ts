import {expect, test} from 'vitest'
import {z} from 'zod'
import {perform} from '../../src/lib/engine/perform.js'
import {undoRunbook} from '../../src/lib/engine/undo-run.js'
import {bench, oneStage, request, switches, world} from './world.js'

const runbook = switches(oneStage(['a']), {
  beware: (_input, facts) => (facts.on.includes('lab') ? 'NOT THE REAL ONE.' : undefined),
})

/** First lines of what was shown, and what was asked. */
async function shown(names: string[]): Promise<{titles: string[]; asked: string[]}> {
  const where = world(['a'])
  for (const name of names) where.on.set(name, true)
  const asked: string[] = []
  const confirm = async ({title}: {title: string}) => {
    asked.push(title)
    return 'yes' as const
  }
  const [first, second] = [bench({confirm}), bench({confirm})]
  const {plan} = await perform(runbook, where, request(['a']), first)
  if (!plan) throw new Error('no plan')
  const past = {run: 'run-1', runbook, plan, entries: first.entries}
  const undo = undoRunbook(past, z.strictObject({run: z.string()}))
  await perform(undo, where, request([], {input: {run: 'run-1'}}), second)
  const events = [...first.events, ...second.events]
  return {titles: events.flatMap((event) => (event.type === 'plan' ? [event.view.title] : [])), asked}
}

test('what must not be overlooked stands first: in the plan, in the question, and in the undo', async () => {
  const {titles, asked} = await shown(['lab'])
  expect(titles).toEqual([
    'NOT THE REAL ONE. Turn switches on',
    'NOT THE REAL ONE. Undo run run-1: test.switch switches',
  ])
  expect(asked).toEqual(titles)
})

test('without it the title is alone', async () => {
  const {titles} = await shown([])
  expect(titles).toEqual(['Turn switches on', 'Undo run run-1: test.switch switches'])
})
