import {setTimeout as sleep} from 'node:timers/promises'
import {expect, test} from 'vitest'
import {drain} from '../../../src/lib/runbooks/haproxy/drain.js'
import {ready} from '../../../src/lib/runbooks/haproxy/ready.js'
import {drainOf, readyOf} from './inputs.js'
import {operate, undo} from './operate.js'
import {ended, once, room} from './room.js'
import {asBefore, masks, states} from './states.js'

const {lab, place, recorded} = room()

/** Three intervals of the agent. */
const WHILE_AGENT_MAY_ACT = 1600
const AGENTS = ['lb1.agent/a1', 'lb2.agent/a1']

/** `srv_agent_state` by instance: 18 with the agent off, 22 with it on. */
async function agentStates() {
  const all = await states(lab())
  return AGENTS.map((name) => Number(all[name]?.srv_agent_state))
}

test('an agent that says "up ready" is switched off first, and the drain holds', async () => {
  await lab().agent.say('up ready')
  const {place: taped, sent} = await recorded()
  const {outcome, events} = await operate(taped, drain, drainOf('agent/a1'))
  expect(outcome.verdict).toBe('done')
  expect(sent()).toEqual([
    'lb1: disable agent agent/a1',
    'lb1: set server agent/a1 state drain',
    'lb2: disable agent agent/a1',
    'lb2: set server agent/a1 state drain',
  ])
  await sleep(WHILE_AGENT_MAY_ACT)
  expect(await masks(lab(), 'agent/a1')).toEqual({lb1: 8, lb2: 8})
  expect(await agentStates()).toEqual([18, 18])
  const plan = events.find((event) => event.type === 'plan')
  expect(plan?.type === 'plan' && plan.view.notes.join()).toContain('an agent check is on')
})

test('kept on, it cancels the drain: re-applied once, then undone, and the agent is named', async () => {
  await lab().agent.say('up ready')
  const before = await states(lab())
  // Longer than an agent interval, so that the wait sees it.
  const asked = drainOf('agent/a1', {keepAgent: true, settle: 12})
  const {outcome} = await operate(place(), drain, asked)
  expect(outcome.verdict).toBe('undone')
  expect(outcome.says).toContain('its agent check is on and may have said so')
  expect(outcome.says).toContain('it was already put back once')
  await asBefore(lab(), before)
})

test('undo of the run switches the agent on again, after the server is back', async () => {
  await lab().agent.say('up')
  const before = await states(lab())
  const {run} = await operate(place(), drain, drainOf('agent/a1'))
  const {place: taped, sent} = await recorded()
  const {outcome} = await undo(taped, drain, run)
  expect(outcome.verdict).toBe('done')
  expect(sent()).toEqual([
    'lb1: set server agent/a1 state ready',
    'lb1: enable agent agent/a1',
    'lb2: set server agent/a1 state ready',
    'lb2: enable agent agent/a1',
  ])
  await asBefore(lab(), before)
})

test('ready switches it on again where redeye switched it off', async () => {
  await operate(place(), drain, drainOf('agent/a1'))
  const {outcome} = await operate(place(), ready, readyOf('agent/a1', {agents: AGENTS}))
  expect(outcome.verdict).toBe('done')
  expect(await agentStates()).toEqual([22, 22])
  expect(await masks(lab(), 'agent/a1')).toEqual({lb1: 0, lb2: 0})
})

test('ready leaves an agent off that redeye did not switch off, and says so', async () => {
  await operate(place(), drain, drainOf('agent/a1'))
  const {outcome, events} = await operate(place(), ready, readyOf('agent/a1'))
  expect(outcome.verdict).toBe('done')
  expect(await agentStates()).toEqual([18, 18])
  const plan = events.find((event) => event.type === 'plan')
  expect(plan?.type === 'plan' && plan.view.notes.join()).toContain('it stays off')
})

test('the agent drains it again while it is watched: undone, and the agent is named', async () => {
  await operate(place(), drain, drainOf('agent/a1'))
  const before = await states(lab())
  const turn = once(ended('lb2.agent/a1.agent-on'), () => lab().agent.say('drain'))
  const {outcome} = await operate(place(), ready, readyOf('agent/a1', {agents: AGENTS, watchMs: 5000}), {
    emit: turn.emit,
  })
  await turn.done()
  expect(outcome.verdict).toBe('undone')
  expect(outcome.says).toContain('something took it out again (its agent check is on')
  await asBefore(lab(), before)
})
