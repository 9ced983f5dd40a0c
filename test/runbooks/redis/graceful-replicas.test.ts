import {expect, test} from 'vitest'
import {until} from '../../../src/lib/lab/until.js'
import {evacuate} from '../../../src/lib/runbooks/redis/evacuate.js'
import {failover} from '../../../src/lib/runbooks/redis/failover.js'
import {evacuateOf, failoverOf} from './inputs.js'
import {operate} from './operate.js'
import {room} from './room.js'
import {rolesOf} from './states.js'

// n1 n2 n3 on rack-a; their replicas n4 n5 n6 on rack-b and n7 n8 n9 on rack-c.
const {lab, node, place, sent, after} = room({layout: 'stacked', replicasPer: 2})

test('an evacuation deals the masters out to the other machines', async () => {
  const {outcome, events} = await operate(place(), evacuate, await evacuateOf(place(), 'rack-a'), {
    mode: 'dry-run',
    overrides: ['concentration'],
  })
  expect(outcome.verdict).toBe('planned')
  const plan = events.find((event) => event.type === 'plan') ?? expect.unreachable()
  const targets = plan.view.tables[0]?.rows.map((row) => row[4])
  expect(targets).toHaveLength(3)
  expect(new Set(targets)).toEqual(new Set(['rack-b', 'rack-c']))
})

test('the chosen replica loses its master while the person is asked: nothing is sent, to nobody', async () => {
  const before = await rolesOf(lab())
  const {plan} = await operate(place(), failover, await failoverOf(place(), node('n1').id), {mode: 'dry-run'})
  const chosen =
    ['n4', 'n7'].find((name) => plan?.steps[0]?.startsWith(node(name).id)) ?? expect.unreachable()
  const {outcome} = await operate(place(), failover, await failoverOf(place(), node('n1').id), {
    asker: {
      present: true,
      async confirm() {
        await node(chosen).ask('CONFIG', 'SET', 'masterauth', 'wrong')
        await node(chosen).ask('CLIENT', 'KILL', 'TYPE', 'master')
        after(() => node(chosen).ask('CONFIG', 'SET', 'masterauth', ''))
        const down = async () => /master_link_status:down/.test(await node(chosen).ask('INFO', 'replication'))
        expect(await until(down, 10_000)).toBe(true)
        return 'yes'
      },
      failed: async () => 'undo',
    },
  })
  expect(outcome.says).toContain('its link to its master is down; nothing was sent')
  expect(outcome.totals).toMatchObject({changed: 0, 'in-doubt': 0})
  expect(await sent()).toEqual([])
  expect(await rolesOf(lab())).toEqual(before)
})

test('with a replica that hangs, the other one takes over, and both others follow it', async () => {
  await node('n4').pause()
  after(() => node('n4').cont())
  const {outcome} = await operate(place(), failover, await failoverOf(place(), node('n1').id), {})
  expect(outcome.verdict).toBe('done')
  expect(await sent()).toEqual(['n7'])
  await lab().settled()
  expect(await rolesOf(lab())).toMatchObject({n7: '0-5460', n1: 'n7', n4: 'n7'})
}, 60_000)
