import {readFile} from 'node:fs/promises'
import {expect, test} from 'vitest'
import {parseInventory} from '../../src/lib/inventory/parse.js'
import {until} from '../../src/lib/lab/until.js'
import {labNode, runningRedis} from './running-redis.js'

const stacked = runningRedis({layout: 'stacked'})
const secured = runningRedis({tls: true, password: 'from-the-lab', masters: 2})

test('stacked: all masters on one machine, all replicas on another', async () => {
  expect(stacked().nodes.map(({machine}) => machine)).toEqual([
    'rack-a',
    'rack-a',
    'rack-a',
    'rack-b',
    'rack-b',
    'rack-b',
  ])
  for (const name of ['n1', 'n2', 'n3']) expect(await labNode(stacked(), name).ask('ROLE')).toMatch(/^master/)
})

test('with TLS and a password nodes, load client and inventory fit together', async () => {
  const load = await secured().load({clients: 4})
  expect(await until(() => load.stats().acknowledged > 200, 20_000)).toBe(true)
  const {errors} = await load.stop()
  expect(errors).toBe(0)
  expect((await load.verify()).lost).toBe(0)
  const {redis} = parseInventory(await readFile(secured().inventoryFile, 'utf8'), 'redeye.yaml')
  const {dir} = secured()
  expect(redis.orders).toMatchObject({
    password: {file: `${dir}/password`},
    tls: {ca: `${dir}/ca.pem`, cert: `${dir}/redis.pem`, key: `${dir}/redis.key`, servername: 'redis.lab'},
  })
})
