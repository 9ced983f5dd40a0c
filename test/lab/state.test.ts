import {mkdtemp, readdir, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {isAlive} from '../../src/lib/lab/process-identity.js'
import {labDown, labKill, labReload, labStart, labStatus, labUp} from '../../src/lib/lab/state.js'
import {until} from '../../src/lib/lab/until.js'

let stateDir = ''
beforeEach(async () => {
  stateDir = await mkdtemp(`${tmpdir()}/rl-`)
})
afterEach(async () => {
  await labDown('haproxy', {stateDir})
  await rm(stateDir, {recursive: true, force: true})
})

const status = () => labStatus('haproxy', {stateDir})
const parts = async () => {
  const now = await status()
  return now.up ? now.parts : []
}
const pidOf = async (name: string) => (await parts()).find((one) => one.name === name)?.pid
const requests = async () => {
  const now = await status()
  return now.up ? (now.load?.total ?? 0) : 0
}

test('up, status, a part dies and is started again, reload, down', async () => {
  expect(await status()).toEqual({up: false})
  const record = await labUp('haproxy', {stateDir})
  await expect(labUp('haproxy', {stateDir})).rejects.toThrow('is up already')
  const names = ['lb1', 'lb2', 's1', 's2', 's3', 'b1', 'agent', 'load']
  expect((await parts()).map((one) => [one.name, one.alive])).toEqual(names.map((name) => [name, true]))
  expect(await readFile(record.inventoryFile, 'utf8')).toBe(
    `haproxy:\n  web-lb:\n    instances:\n      - name: lb1\n        socket: unix:${record.dir}/lb1.sock\n      - name: lb2\n        socket: unix:${record.dir}/lb2.sock\n`,
  )
  expect(await until(async () => (await requests()) > 100, 30_000)).toBe(true)

  await labKill('haproxy', 's2', {stateDir})
  expect((await parts()).filter((one) => !one.alive).map((one) => one.name)).toEqual(['s2'])
  await labStart('haproxy', 's2', {stateDir})
  expect((await parts()).every((one) => one.alive)).toBe(true)
  await expect(labStart('haproxy', 's9', {stateDir})).rejects.toThrow('no part "s9", only lb1, lb2')

  const before = await pidOf('lb1')
  await labReload('haproxy', 'lb1', {stateDir})
  expect(await pidOf('lb1')).not.toBe(before)

  const running = await recorded()
  const last = await labDown('haproxy', {stateDir})
  expect(last?.total).toBeGreaterThan(100)
  for (const one of running) expect(await isAlive(one)).toBe(false)
  expect(await status()).toEqual({up: false})
  expect(await readdir(`${stateDir}/lab`)).toEqual([])
}, 90_000)

test('a process that took over the number of a dead one is left alone', async () => {
  await labUp('haproxy', {stateDir})
  const [first] = await recorded()
  expect(first).toBeDefined()
  if (!first) return
  const self = {pid: process.pid, startTime: `${first.startTime}0`}
  expect(await isAlive(self)).toBe(false)
  await labDown('haproxy', {stateDir})
  expect(await isAlive(first)).toBe(false)
}, 90_000)

async function recorded() {
  const now = await status()
  return now.up ? now.record.processes : []
}
