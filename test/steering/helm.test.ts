import {mkdir, mkdtemp, readdir, rm, stat, writeFile} from 'node:fs/promises'
import {connect} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {ask, NobodyAtTheHelm} from '../../src/lib/steering/ask.js'
import {type Helm, helm} from '../../src/lib/steering/helm.js'
import type {Order} from '../../src/lib/steering/message.js'

const BY = 'ana@desk, pid 1'
let directory = ''
let told: string[] = []
let one: Helm

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rh-'))
  told = []
  one = helm((says) => told.push(says))
  await one.listen(directory)
})
afterEach(async () => {
  await one.close()
  await rm(directory, {recursive: true, force: true})
})
const order = (what: object) => ask(directory, {...what, by: BY} as Order)

test('pause, width and continue are obeyed, told and passed on', async () => {
  const heard: string[] = []
  one.steering.onChange((says) => heard.push(says))
  expect(await order({do: 'pause'})).toMatchObject({ok: true, paused: true})
  expect(one.steering.paused()).toBe(true)
  expect(await order({do: 'pause'})).toMatchObject({ok: true, says: 'it is paused already'})
  expect(await order({do: 'width', width: 50})).toMatchObject({ok: true, paused: true, width: 50})
  expect(one.steering.width()).toBe(50)
  expect(await order({do: 'continue'})).toMatchObject({ok: true, paused: false})
  expect(heard).toEqual([
    `paused: what is in flight ends, nothing new begins (asked by ${BY})`,
    `at most 50 in flight from now on (asked by ${BY})`,
    `it goes on (asked by ${BY})`,
  ])
  expect(told).toEqual(heard)
})

test('a look changes nothing; stop aborts', async () => {
  expect(await order({do: 'look'})).toEqual({ok: true, says: 'it is running', paused: false})
  expect(told).toEqual([])
  expect(one.stopping.aborted).toBe(false)
  await order({do: 'stop'})
  expect(one.stopping.aborted).toBe(true)
})

test.each([
  ['nonsense', 'not JSON'],
  ['{"do":"pause"}', 'who asks?'],
  ['{"do":"explode","by":"x"}', 'unknown order'],
  ['{"do":"width","by":"x","width":0}', 'a width is a number'],
  ['{"do":"width","by":"x","width":"9; reboot"}', 'a width is a number'],
  ['x'.repeat(10_000), 'too long'],
])('%.40s is refused', async (line, says) => {
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(join(directory, 'steer.sock'))
    let text = ''
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('end', () => resolve(text))
    socket.write(line.length > 4096 ? line : `${line}\n`)
  })
  expect(JSON.parse(answer)).toMatchObject({ok: false, says: expect.stringContaining(says)})
  expect(told).toEqual([])
})

test('only its user may ask, and nothing is left when it ends', async () => {
  expect((await stat(join(directory, 'steer.sock'))).mode & 0o777).toBe(0o600)
  await one.close()
  expect(await readdir(directory)).toEqual([])
  await expect(order({do: 'look'})).rejects.toThrow(NobodyAtTheHelm)
})

test('a socket that a killed process left behind is replaced', async () => {
  await one.close()
  await writeFile(join(directory, 'steer.sock'), '')
  const next = helm(() => {})
  await next.listen(directory)
  expect(await order({do: 'look'})).toMatchObject({ok: true})
  await next.close()
})

test('a directory too deep for a socket path works all the same', async () => {
  const deep = join(directory, 'd'.repeat(60), 'e'.repeat(60))
  await mkdir(deep, {recursive: true})
  const next = helm(() => {})
  await next.listen(deep)
  expect(await ask(deep, {do: 'pause', by: BY})).toMatchObject({ok: true, paused: true})
  await next.close()
  expect(await readdir(deep)).toEqual([])
})

test('somebody who says nothing and stays keeps no run from ending', async () => {
  const mute = connect(join(directory, 'steer.sock'))
  await new Promise((resolve) => mute.on('connect', resolve))
  const closed = new Promise((resolve) => mute.on('close', resolve))
  await one.close()
  await closed
})

test('one order is obeyed, whatever is sent behind it', async () => {
  const socket = connect(join(directory, 'steer.sock'))
  const closed = new Promise((resolve) => socket.on('close', resolve))
  socket.on('error', () => {})
  socket.resume()
  const line = `${JSON.stringify({do: 'width', width: 3, by: BY})}\n`
  socket.write(line)
  for (let n = 0; n < 5; n += 1) {
    await new Promise((resolve) => setImmediate(resolve))
    if (!socket.writableEnded) socket.write(line)
  }
  socket.end()
  await closed
  expect(told).toHaveLength(1)
})

test('who watches is told everything once, whatever he sends', async () => {
  one.show({type: 'note', says: 'first'})
  const socket = connect(join(directory, 'steer.sock'))
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  const closed = new Promise((resolve) => socket.on('close', resolve))
  socket.write(`${JSON.stringify({do: 'watch', by: BY})}\n`)
  await expect.poll(() => text).toContain('first')
  socket.write('and more\n')
  one.show({type: 'note', says: 'second'})
  await expect.poll(() => text).toContain('second')
  await one.close()
  await closed
  expect(text.match(/first/g)).toHaveLength(1)
})

test('a crowd that does not read costs the run nothing; who reads late gets all of it; too many are sent away', async () => {
  const says = 'x'.repeat(1000)
  const watcher = async () => {
    const socket = connect(join(directory, 'steer.sock'))
    socket.on('error', () => {})
    await new Promise((resolve) => socket.on('connect', resolve))
    socket.pause().write(`${JSON.stringify({do: 'watch', by: BY})}\n`)
    return socket
  }
  const before = process.memoryUsage().rss
  const first = await watcher()
  const others = await Promise.all(Array.from({length: 100}, watcher))
  for (let n = 0; n < 20_000; n += 1) one.show({type: 'note', says: `${n} ${says}`})
  await expect
    .poll(() => others.filter(({closed, destroyed}) => closed || destroyed).length)
    .toBeLessThan(100)
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 2 ** 20)
  let lines = 0
  first.setEncoding('utf8').on('data', (chunk: string) => {
    lines += chunk.split('\n').length - 1
  })
  first.resume()
  await expect.poll(() => lines, {timeout: 5000}).toBe(20_000)
  for (const socket of [first, ...others]) socket.destroy()
})
