import {expect, test} from 'vitest'
import {rolesOf} from '../runbooks/redis/states.js'
import {words} from './home.js'
import {redisDesk} from './redis-desk.js'

/** All masters on rack-a, all replicas on rack-b. */
const at = redisDesk({layout: 'stacked'})

const AS_BUILT = {n1: '0-5460', n2: '5461-10922', n3: '10923-16383', n4: 'n1', n5: 'n2', n6: 'n3'}
const MOVED = {n1: 'n4', n2: 'n5', n3: 'n6', n4: '0-5460', n5: '5461-10922', n6: '10923-16383'}
/** One machine gets all masters: it has to be said that this is meant. */
const MEANT = '--override concentration --reason maintenance'

test('Ctrl-C in the middle of an evacuation: 8, the moved shards stay, resume ends it, restore puts all back', async () => {
  const run = at.begin(`redis evacuate rack-a ${MEANT} --confirm rack-a --progress lines`)
  await run.says(/stage shard-1: /)
  await run.says(/changed .*CLUSTER FAILOVER/)
  run.child.kill('SIGINT')
  const ended = await run.ended
  expect(ended, words(ended)).toMatchObject({code: 8})
  const [id = ''] = await at.runs()
  expect(ended.stdout).toContain(`redeye runs resume ${id}`)
  await at.lab().settled()
  expect(await rolesOf(at.lab())).toEqual({...AS_BUILT, n1: 'n4', n4: '0-5460'})

  const resumed = await at.redeye(`runs resume ${id} --confirm rack-a`)
  expect(resumed, words(resumed)).toMatchObject({code: 0})
  expect(await rolesOf(at.lab())).toEqual(MOVED)

  const none = await at.redeye('redis evacuate rack-a --yes')
  expect(none, words(none)).toMatchObject({code: 0})
  expect(none.stdout).toContain('NOTHING TO DO')

  const back = await at.redeye(`redis restore ${id} --yes`)
  expect(back, words(back)).toMatchObject({code: 0})
  expect(await rolesOf(at.lab())).toEqual(AS_BUILT)
})

test('balance: spreads what is on one machine, and then there is nothing to do', async () => {
  const spread = await at.redeye('redis balance --yes')
  expect(spread, words(spread)).toMatchObject({code: 0})
  const {machines} = JSON.parse((await at.redeye('redis status --json')).stdout)
  expect(machines).toEqual([
    {name: 'rack-a', masters: 2, replicas: 1},
    {name: 'rack-b', masters: 1, replicas: 2},
  ])
  const again = await at.redeye('redis balance --yes')
  expect(again, words(again)).toMatchObject({code: 0})
  expect(again.stdout).toContain('NOTHING TO DO')
})
