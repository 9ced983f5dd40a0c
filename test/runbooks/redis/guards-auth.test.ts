import {expect, test} from 'vitest'
import {failover} from '../../../src/lib/runbooks/redis/failover.js'
import {failoverOf} from './inputs.js'
import {operate} from './operate.js'
import {room} from './room.js'

const {node, place, sent, after} = room({password: 'open-sesame'})

test('auth: the old master could not sign in to the new one', async () => {
  await node('n1').ask('CONFIG', 'SET', 'masterauth', '')
  after(() => node('n1').ask('CONFIG', 'SET', 'masterauth', 'open-sesame'))
  const {outcome, plan} = await operate(place(), failover, await failoverOf(place(), node('n1').id))
  expect(outcome.verdict).toBe('refused')
  expect(outcome.because.join('\n')).toContain('auth: ')
  expect(outcome.because.join('\n')).toContain('does not have as masterauth')
  expect(JSON.stringify([outcome, plan])).not.toContain('open-sesame')
  expect(await sent()).toEqual([])
})

test('with a password everywhere it goes', async () => {
  const {outcome} = await operate(place(), failover, await failoverOf(place(), node('n1').id))
  expect(outcome.verdict).toBe('done')
})

test('the wrong password is said to be wrong', async () => {
  const input = await failoverOf(place(), node('n1').id)
  const {outcome} = await operate(place({password: 'guessed'}), failover, input)
  expect(outcome.verdict).toBe('unreachable')
  expect(outcome.says).toContain('WRONGPASS')
  expect(await sent()).toEqual([])
})
