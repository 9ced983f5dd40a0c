import {mkdtemp, readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {isAlive} from '../../src/lib/lab/process-identity.js'
import {labDown, labKill, labStart, labStatus, labUp} from '../../src/lib/lab/state.js'
import {until} from '../../src/lib/lab/until.js'

let stateDir = ''
beforeEach(async () => {
  stateDir = await mkdtemp(`${tmpdir()}/rl-`)
})
afterEach(async () => {
  await labDown('redis', {stateDir})
  await rm(stateDir, {recursive: true, force: true})
})

const status = async () => {
  const now = await labStatus('redis', {stateDir})
  return now.up ? now : expect.unreachable()
}
const dead = async () => (await status()).parts.filter((one) => !one.alive).map((one) => one.name)
const errors = async () => (await status()).load?.errors ?? 0
const acknowledged = async () => (await status()).load?.acknowledged ?? 0

test('up, a master dies and is started again, down: nothing is left, and nothing was lost', async () => {
  const record = await labUp('redis', {stateDir})
  expect(record.processes.map((one) => one.spec.name)).toEqual(['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'load'])
  await expect(labUp('redis', {stateDir})).rejects.toThrow('a redis lab is up already')
  expect(await until(async () => (await acknowledged()) > 100, 30_000)).toBe(true)

  await labKill('redis', 'n4', {stateDir})
  expect(await dead()).toEqual(['n4'])
  await labStart('redis', 'n4', {stateDir})
  expect(await dead()).toEqual([])
  expect(await errors()).toBe(0)

  const {processes} = (await status()).record
  const last = await labDown('redis', {stateDir})
  expect(last).toMatchObject({errors: 0, lost: 0})
  expect(last?.checked).toBeGreaterThan(100)
  for (const one of processes) expect(await isAlive(one)).toBe(false)
  expect(await readdir(`${stateDir}/lab`)).toEqual([])
}, 90_000)
