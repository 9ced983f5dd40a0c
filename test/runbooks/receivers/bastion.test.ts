import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {type LabSshd, startSshd} from '../../../src/lib/lab/sshd.js'
import {restart} from '../../../src/lib/runbooks/receivers/restart.js'
import {restartOf} from './inputs.js'
import {operate, type Place} from './operate.js'
import {room} from './room.js'

const HOSTS = 40
const {fleet, place, restarts} = room(HOSTS)

let dir = ''
let bastion: LabSshd
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rb-'))
  bastion = await startSshd({dir: join(dir, 'eu')})
})
afterEach(async () => {
  await bastion.stop()
  await rm(dir, {recursive: true, force: true})
})

const throughBastion = (at: number) => at % 2 === 1

/** The fleet, with every other host behind a real sshd. */
async function behindBastion(): Promise<Place> {
  const {rows, inventoryFile, hostsFile} = fleet()
  const lines = rows.map(
    ({id, address, port}, at) => `${id},${address},${port},${throughBastion(at) ? 'eu' : ''}`,
  )
  await writeFile(join(dir, 'hosts.csv'), ['id,address,port,via', ...lines, ''].join('\n'))
  const {port, user, clientKeyFile, hostKeyLine} = bastion
  const at = {host: '127.0.0.1', port, user, identity: [clientKeyFile], hostKey: hostKeyLine}
  const text = (await readFile(inventoryFile, 'utf8')).replace(hostsFile, join(dir, 'hosts.csv'))
  await writeFile(join(dir, 'redeye.yaml'), `${text}    bastions: {eu: ${JSON.stringify(at)}}\n`, {
    mode: 0o600,
  })
  return {...place(), inventoryFile: join(dir, 'redeye.yaml')}
}

/** The listener and every session of it, as a crash of the machine would. */
async function crash(): Promise<void> {
  const sessions = (await readFile(`/proc/${bastion.pid}/task/${bastion.pid}/children`, 'utf8'))
    .trim()
    .split(' ')
  await bastion.stop()
  for (const pid of sessions.filter(Boolean)) process.kill(Number(pid), 'SIGKILL')
}

test('hosts behind a bastion are restarted like the others', async () => {
  const {outcome} = await operate(await behindBastion(), restart, restartOf(HOSTS, {stableMs: 0}))
  expect(outcome).toMatchObject({verdict: 'done', totals: {changed: HOSTS}})
  expect(await restarts()).toEqual({1: HOSTS})
})

test('a bastion that is down is found before anything is changed', async () => {
  const where = await behindBastion()
  await bastion.stop()
  const {outcome} = await operate(where, restart, restartOf(HOSTS))
  expect(outcome.verdict).toBe('refused')
  expect(outcome.because.join()).toContain('eu (needed by 20 hosts)')
  expect(await restarts()).toEqual({0: HOSTS})
})

test('a bastion that dies meanwhile takes only its hosts along', async () => {
  const where = await behindBastion()
  await fleet().control.behave([], {commandMs: 100})
  let ended = 0
  let crashed: Promise<void> | undefined
  const asked = restartOf(HOSTS, {
    stableMs: 0,
    width: 4,
    maxUnreachable: {hosts: HOSTS},
    maxFailures: {hosts: 10},
    connectTimeoutMs: 3000,
    timeoutMs: 5000,
  })
  const {outcome} = await operate(where, restart, asked, {
    emit: (event) => {
      if (event.type !== 'end') return
      ended += 1
      if (ended === 15) crashed = crash()
    },
  })
  await crashed
  expect(outcome.verdict).toBe('tolerated')
  for (const [at, {step, state}] of outcome.steps.entries())
    if (!throughBastion(at)) expect({step, state}).toEqual({step, state: 'changed'})
  const {changed, unreachable, 'in-doubt': doubt, failed} = outcome.totals
  expect({failed, all: changed + unreachable + doubt}).toEqual({failed: 0, all: HOSTS})
  expect(unreachable).toBeGreaterThan(5)
  expect(outcome.steps.find(({state}) => state === 'unreachable')?.class).toBe('bastion')
}, 120_000)
