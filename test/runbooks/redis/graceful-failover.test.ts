import {expect, test} from 'vitest'
import {failover} from '../../../src/lib/runbooks/redis/failover.js'
import {failoverOf} from './inputs.js'
import {journalOf, operate} from './operate.js'
import {found, room} from './room.js'
import {rolesOf, unexpected} from './states.js'

const {lab, node, place, sent, load, after} = room()

const START = {n1: '0-5460', n2: '5461-10922', n3: '10923-16383', n4: 'n1', n5: 'n2', n6: 'n3'}
const SWAPPED = {...START, n1: 'n4', n4: '0-5460'}

test('under load, master and replica change places: no error, no lost write, and all nodes agree', async () => {
  const writers = await load()
  const {outcome, run} = await operate(place(), failover, await failoverOf(place(), node('n1').announced))
  expect(outcome).toMatchObject({verdict: 'done', runbook: 'redis.failover', run})
  expect(outcome.steps.map(({step, state}) => [step.split('.')[1], state])).toEqual([
    ['promote', 'changed'],
    ['follows', expect.stringMatching(/already|changed/)],
    ['agree', expect.stringMatching(/already|changed/)],
  ])
  expect(await sent()).toEqual(['n4'])
  const stats = await writers.stop()
  process.stdout.write(
    `failover under load: ${stats.acknowledged} writes, longest ${stats.longestMs} ms, ${stats.redirects} redirects, ${JSON.stringify(stats.reasons)}\n`,
  )
  expect(unexpected(stats.reasons)).toEqual([])
  expect(stats.acknowledged).toBeGreaterThan(500)
  expect(stats.longestMs).toBeLessThan(1000)
  expect(await writers.verify()).toMatchObject({lost: 0})
  await lab().settled()
  expect(await rolesOf(lab())).toEqual(SWAPPED)
})

test('with a probe one key of ours goes through the new master, and none is left', async () => {
  const input = await failoverOf(place(), node('n1').announced, {probe: true})
  const {outcome} = await operate(place(), failover, input)
  expect(outcome.verdict).toBe('done')
  expect(outcome.steps.at(-1)).toMatchObject({
    says: expect.stringMatching(/^\S+: write, read and delete __redeye_probe:\{\d+\}$/),
    state: 'changed',
    saw: 'read what was written',
  })
  const commands = await node('n4').ask('INFO', 'commandstats')
  for (const command of ['set', 'get', 'del']) expect(commands).toContain(`cmdstat_${command}:calls=1,`)
  const key = /__redeye_probe:\S+/.exec(outcome.steps.at(-1)?.says ?? '')?.[0] ?? ''
  expect(await node('n4').ask('EXISTS', key)).toBe('0')
})

test('a user that may not write data keeps the failover, and is told', async () => {
  for (const one of lab().nodes) await one.ask('ACL', 'SETUSER', 'default', '-set')
  after(async () => {
    for (const one of lab().nodes) await one.ask('ACL', 'SETUSER', 'default', '+set')
  })
  const input = await failoverOf(place(), node('n1').announced, {probe: true})
  const {outcome} = await operate(place(), failover, input)
  expect(outcome.verdict).toBe('partial')
  expect(outcome.steps.at(-1)).toMatchObject({state: 'failed', saw: expect.stringContaining('NOPERM')})
  expect((await rolesOf(lab())).n4).toBe('0-5460')
})

test('the journal holds who was master before the command is sent', async () => {
  const {run} = await operate(place(), failover, await failoverOf(place(), node('n1').announced))
  const lines = await journalOf(place(), run)
  expect(lines.map(({kind}) => kind)).toEqual(['began', 'applying', 'settled', 'settled', 'settled', 'ended'])
  expect(lines[1]).toMatchObject({step: `${node('n4').id}.promote`, before: {master: node('n1').id}})
})

test('to a node that is the master already there is nothing to do, and nobody is asked', async () => {
  const input = await failoverOf(place(), node('n1').announced, {to: node('n4').announced})
  await operate(place(), failover, input)
  const confirm = () => expect.unreachable('asked about nothing')
  const {outcome} = await operate(place(), failover, input, {asker: {confirm}})
  expect(outcome.verdict).toBe('nothing')
  expect(await sent()).toEqual(['n4'])
})

test('a dry run shows the plan and sends nothing', async () => {
  const input = await failoverOf(place(), node('n1').id.slice(0, 8))
  const {outcome, events} = await operate(place(), failover, input, {mode: 'dry-run'})
  expect(outcome.verdict).toBe('planned')
  const plan = events.find((event) => event.type === 'plan') ?? expect.unreachable()
  expect(plan.view.title).toBe(`Fail over slots 0-5460 of orders to ${node('n4').announced}`)
  expect(plan.view.tables[0]?.rows).toEqual([
    [
      '0-5460',
      node('n1').announced,
      'rack-a',
      node('n4').announced,
      'rack-b',
      expect.stringMatching(/^\d+ B$/),
      'up',
    ],
  ])
  expect(plan.stages.flatMap(({steps}) => steps)).toMatchObject([
    {
      says: `${node('n4').announced}: CLUSTER FAILOVER`,
      reached: false,
      undo: `${node('n1').announced}: fail over back to it`,
    },
    {says: `${node('n1').announced}: wait until it follows as a replica`, reached: false},
    {says: 'wait until all nodes see the same cluster', reached: false},
  ])
  expect(found(outcome.findings, 'concentration')).toMatchObject({level: 'warn'})
  expect(await sent()).toEqual([])
  expect(await rolesOf(lab())).toEqual(START)
})

test('a no to the question sends nothing', async () => {
  const {outcome} = await operate(place(), failover, await failoverOf(place(), node('n1').announced), {
    asker: {present: true, confirm: async () => ({no: 'you said no'})},
  })
  expect(outcome).toMatchObject({verdict: 'declined', says: 'you said no; nothing was changed'})
  expect(await sent()).toEqual([])
})

test('while a run holds the cluster, another one is locked out', async () => {
  const input = await failoverOf(place(), node('n1').announced)
  const second = await operate(place(), failover, input, {
    asker: {
      present: true,
      async confirm() {
        const {outcome} = await operate(place(), failover, await failoverOf(place(), node('n2').announced))
        expect(outcome).toMatchObject({verdict: 'locked'})
        expect(outcome.says).toContain('redis/orders is locked by ana@lab')
        return {no: 'enough seen'}
      },
    },
  })
  expect(second.outcome.verdict).toBe('declined')
  expect(await sent()).toEqual([])
})

test('a saved plan is applied as it was, and refused once the roles have changed', async () => {
  const input = await failoverOf(place(), node('n1').announced)
  const {plan: saved} = await operate(place(), failover, input, {mode: 'save'})
  if (!saved) return expect.unreachable()
  expect((await operate(place(), failover, input, {saved})).outcome.verdict).toBe('done')
  const {outcome} = await operate(place(), failover, input, {saved})
  expect(outcome.verdict).toBe('drifted')
  expect(outcome.because.join('\n')).toContain(node('n4').id)
  expect(await sent()).toEqual(['n4'])
})
