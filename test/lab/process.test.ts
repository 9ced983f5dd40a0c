import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {freePort} from '../../src/lib/lab/free-port.js'
import {startProcess, stopProcess} from '../../src/lib/lab/process.js'
import {identify, isAlive} from '../../src/lib/lab/process-identity.js'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(`${tmpdir()}/rl-`)
})
afterEach(() => rm(dir, {recursive: true, force: true}))

const node = (name: string, script: string, ready?: {port: number}) => ({
  name,
  command: process.execPath,
  args: ['-e', script],
  log: `${dir}/${name}.log`,
  ...(ready && {ready}),
})

test('a process that ignores TERM is killed after the limit', async () => {
  const port = await freePort()
  const script = `process.on('SIGTERM', () => {}); require('net').createServer().listen(${port}, '127.0.0.1')`
  const one = await startProcess(node('stubborn', script, {port}), {detached: false})
  expect(await isAlive(one)).toBe(true)
  await stopProcess(one, 200)
  expect(await isAlive(one)).toBe(false)
  await stopProcess(one)
})

test('one that ends before it is ready is an error with the end of its log', async () => {
  const spec = node('broken', 'console.error("no such thing"); process.exit(3)', {port: await freePort()})
  await expect(startProcess(spec, {detached: false})).rejects.toThrow(/broken .*ended(.|\n)*no such thing/)
})

test('a command that does not exist is an error', async () => {
  const spec = {...node('none', ''), command: `${dir}/none`}
  await expect(startProcess(spec, {detached: false})).rejects.toThrow('ENOENT')
})

test('a later process with the same number is not taken for it, and not stopped', async () => {
  const port = await freePort()
  const script = `require('net').createServer().listen(${port}, '127.0.0.1')`
  const one = await startProcess(node('other', script, {port}), {detached: false})
  await stopProcess({pid: one.pid, startTime: `${Number(one.startTime) - 1}`})
  expect(await isAlive(one)).toBe(true)
  await stopProcess(one)
  await expect(identify(one.pid)).rejects.toThrow('has ended')
})

test('ports are never given twice', async () => {
  const ports = await Promise.all(Array.from({length: 50}, freePort))
  expect(new Set(ports).size).toBe(50)
})
