import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtemp, readdir, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {Locked, type Locks} from '../../src/lib/engine/ports.js'
import {type Claim, claims} from '../../src/lib/lock/claims.js'
import {covers, leases} from '../../src/lib/lock/lease.js'
import {type Owner, thisOwner} from '../../src/lib/lock/owner.js'

let dir: string
let here: Owner
const never = new AbortController().signal
const clock = {
  now: () => Date.now(),
  sleep: (ms: number) => new Promise<void>((done) => setTimeout(done, ms)),
}

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'redeye-lock-'))
  here = await thisOwner('ana', 'desk', process.pid)
})
afterEach(() => rm(dir, {recursive: true}))

function locks(owner = here): Locks {
  return leases(claims(dir, owner, clock.now), owner, clock)
}

test('a thing, what is above it and what is below it are locked; its neighbours are free', async () => {
  const lease = await locks().take('run-1', ['haproxy/web/app'], 0, never)
  for (const thing of ['haproxy/web/app', 'haproxy/web', 'haproxy/web/app/s1'])
    await expect(locks().take('run-2', [thing], 0, never)).rejects.toThrow(Locked)
  for (const thing of ['haproxy/web/api', 'haproxy/web/ap', 'haproxy/web2'])
    await (await locks().take('run-2', [thing], 0, never)).release()
  await lease.release()
  expect(await readdir(dir)).toEqual([])
  expect(covers('a/b', 'a/bc')).toBe(false)
})

test('the refusal names owner, run and pid', async () => {
  await locks().take('run-1', ['x'], 0, never)
  const error = await locks()
    .take('run-2', ['x'], 0, never)
    .catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({held: [{thing: 'x', run: 'run-1', owner: 'ana@desk', pid: process.pid}]})
})

test('a dead holder, another boot, a reused pid and an expired lease do not block', async () => {
  const child = spawn('/bin/true', {stdio: 'ignore'})
  await once(child, 'exit')
  const stale: [string, Partial<Claim>][] = [
    ['dead', {owner: {...here, pid: child.pid ?? 0, started: ''}}],
    ['boot', {owner: {...here, boot: 'another'}}],
    ['reused', {owner: {...here, started: '1'}}],
    ['expired', {owner: {...here, host: 'elsewhere'}, expires: Date.now() - 1}],
  ]
  for (const [id, more] of stale) {
    const claim = {
      id,
      run: id,
      owner: here,
      things: ['x'],
      state: 'held',
      since: '',
      expires: Date.now() + 60_000,
      ...more,
    }
    await writeFile(join(dir, `${id}.json`), JSON.stringify(claim))
    await (await locks().take('run-2', ['x'], 0, never)).release()
  }
  const alive = {...here, host: 'elsewhere', pid: 1}
  await locks(alive).take('far', ['x'], 0, never)
  await expect(locks().take('run-2', ['x'], 0, never)).rejects.toThrow('ana@elsewhere')
})

test('of many that ask at once exactly one wins, every time', async () => {
  for (let round = 0; round < 10; round += 1) {
    const tries = Array.from({length: 8}, (_, at) => locks().take(`run-${round}-${at}`, ['x'], 0, never))
    const won = (await Promise.allSettled(tries)).filter((one) => one.status === 'fulfilled')
    expect(won).toHaveLength(1)
    await Promise.all(won.map((one) => one.value.release()))
  }
})

test('a waiter gets the lock when it is released', async () => {
  const lease = await locks().take('run-1', ['x'], 0, never)
  const waiting = locks().take('run-2', ['x'], 10_000, never)
  await lease.release()
  await (await waiting).release()
})

test('a lease grows, and does not grow over what another holds', async () => {
  const lease = await locks().take('run-1', ['x'], 0, never)
  await locks().take('run-2', ['y'], 0, never)
  await lease.extend(['x', 'z'])
  await expect(locks().take('run-3', ['z'], 0, never)).rejects.toThrow('run-1')
  await expect(lease.extend(['y'])).rejects.toThrow('run-2')
  await lease.release()
  await (await locks().take('run-3', ['z'], 0, never)).release()
})
