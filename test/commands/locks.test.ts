import {hostname} from 'node:os'
import {expect, test} from 'vitest'
import {until} from '../../src/lib/lab/until.js'
import {masks} from '../runbooks/haproxy/states.js'
import {BUSY, busy, WAITING, WAITS} from './busy.js'
import {desk} from './desk.js'

const at = desk()
const {connect} = busy(at)

const OWNER = `ana@${hostname()}`
const DRAINED = {lb1: 8, lb2: 8}
const READY = {lb1: 0, lb2: 0}

async function locks(): Promise<unknown> {
  return JSON.parse((await at.redeye('locks list --json')).stdout)
}

test('of two drains of one backend at once exactly one goes on, and the other names it', async () => {
  const clients = await connect()
  const both = ['s1', 's2'].map((server) => at.begin(WAITS.replace('s2', server)))
  const first = await Promise.race(both.map((one) => one.ended))
  expect(first.code, first.stderr).toBe(9)
  const winner = both.find((one) => one.child.exitCode === null)
  // Its plan says as much before there is a run.
  await winner?.says(/start wait until tcpapp\/s[12] is idle/)

  const [run = '', ...others] = await at.runs()
  expect(others).toEqual([])
  expect(first.stdout).toContain('LOCKED')
  expect(first.stdout.replace(/\s+/g, ' ')).toContain(
    `haproxy/web-lb/tcpapp: ${OWNER}, run ${run}, pid ${winner?.child.pid}, since `,
  )
  expect(first.stdout).toContain(`\n  redeye runs show ${run}\n  redeye locks list\n`)
  expect(await locks()).toMatchObject([
    {run, state: 'held', things: ['haproxy/web-lb/tcpapp'], owner: {user: 'ana', pid: winner?.child.pid}},
  ])
  const list = await at.redeye('locks list')
  expect(list.stdout).toMatch(new RegExp(`haproxy/web-lb/tcpapp +${run} +${OWNER} +${winner?.child.pid}`))

  clients.end()
  expect(await winner?.ended).toMatchObject({code: 0})
  expect(await locks()).toEqual([])
  expect((await at.redeye('locks list')).stdout).toBe('nothing is locked\n')
})

test('another backend is not locked, and a dry run only says who is at work', async () => {
  await connect()
  const holder = at.begin(WAITS)
  await holder.says(WAITING)
  const [run] = await at.runs()
  expect((await at.redeye('haproxy drain app/s2 --yes --poll 50ms')).code).toBe(0)
  const dry = await at.redeye(`haproxy ready ${BUSY} --dry-run`)
  expect(dry.code).toBe(0)
  expect(dry.stderr).toContain(`haproxy/web-lb/tcpapp is locked by ${OWNER} (run ${run})`)
})

test('--wait-lock gets it once it is free', async () => {
  const clients = await connect()
  const holder = at.begin(WAITS)
  await holder.says(WAITING)
  const waiter = at.begin(`haproxy ready ${BUSY} --yes --watch 100ms --wait-lock 50s`)
  const wanted = await until(async () => ((await locks()) as unknown[]).length > 0, 20_000)
  expect(wanted).toBe(true)
  clients.end()
  expect(await holder.ended).toMatchObject({code: 0})
  const {code, stderr} = await waiter.ended
  expect(code, stderr).toBe(0)
  expect(await masks(at.lab(), BUSY)).toEqual(READY)
})

test('--wait-lock ends with exit 9 when it stays locked', async () => {
  await connect()
  const holder = at.begin(WAITS)
  await holder.says(WAITING)
  const {code} = await at.redeye(`haproxy ready ${BUSY} --yes --wait-lock 300ms`)
  expect(code).toBe(9)
  expect(await masks(at.lab(), BUSY)).toEqual(DRAINED)
})

test('a killed holder never blocks', async () => {
  await connect()
  const holder = at.begin(WAITS)
  await holder.says(WAITING)
  holder.child.kill('SIGKILL')
  await holder.ended
  expect(await locks()).toEqual([])
  const {code, stderr} = await at.redeye(`haproxy ready ${BUSY} --yes --watch 100ms`)
  expect(code, stderr).toBe(0)
  expect(await masks(at.lab(), BUSY)).toEqual(READY)
})

test('a broken lock stops the run that held it, resumable', async () => {
  const clients = await connect()
  const holder = at.begin(WAITS)
  await holder.says(WAITING)
  const [run = ''] = await at.runs()

  const unsure = await at.redeye(['locks', 'break', run, '--reason', 'drill'])
  expect(unsure.code).toBe(4)
  expect(unsure.stderr).toContain(`${OWNER} (pid ${holder.child.pid}) holds haproxy/web-lb/tcpapp since`)
  expect((await at.redeye(['locks', 'break', run, '--reason', 'drill', '--confirm', 'no'])).code).toBe(4)
  expect((await at.redeye(['locks', 'break', 'zzzz', '--reason', 'drill'])).code).toBe(2)
  expect((await at.redeye(['locks', 'break', run, '--confirm', run])).code).toBe(2)
  expect(await locks()).toMatchObject([{run}])

  const broken = await at.redeye(['locks', 'break', run, '--reason', 'drill', '--confirm', run])
  expect(broken, broken.stderr).toMatchObject({code: 0})
  expect(broken.stdout).toContain(`lock of ${OWNER} is broken`)
  // The holder notices at its next heartbeat, every 10 s.
  const ended = await holder.ended
  expect(ended, ended.stderr).toMatchObject({code: 8})
  expect(ended.stdout).toContain('the lock was lost')
  expect(await masks(at.lab(), BUSY)).toEqual(DRAINED)

  clients.end()
  expect((await at.redeye(`runs resume ${run} --yes`)).code).toBe(0)
  expect((await at.redeye(`runs undo ${run} --yes`)).code).toBe(0)
  await at.unchanged()
})
