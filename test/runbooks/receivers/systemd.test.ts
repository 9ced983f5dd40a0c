import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {reboot} from '../../../src/lib/runbooks/receivers/reboot.js'
import {type RestartInput, restart} from '../../../src/lib/runbooks/receivers/restart.js'
import {runningGuests} from '../../lab/running-guest.js'
import {rebootOf, restartOf} from './inputs.js'
import {operate, resume} from './operate.js'

/** One host of a fleet with a real systemd; the simulated ones behave as this one does. */
const guest = runningGuests([{name: 'rx-1'}])
let stateDir = ''
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'rs-'))
  const {host, port, hostKeyLine, clientKeyFile} = guest('rx-1')
  const fleet = (user: string) =>
    `{hosts: {file: hosts.csv}, user: ${user}, identity: [${clientKeyFile}], keys: keys}`
  const files = {
    'hosts.csv': `id,address,port\nrx-1,${host},${port}\n`,
    keys: `rx-1 ${hostKeyLine}\n`,
    'redeye.yaml': `receivers:\n  world: ${fleet('ops')}\n  plain: ${fleet('plain')}\n`,
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(stateDir, name), text, {mode: 0o600})
})
afterEach(() => rm(stateDir, {recursive: true, force: true}))

const place = () => ({stateDir, inventoryFile: join(stateDir, 'redeye.yaml')})
const asked = (unit: string, more: Partial<RestartInput> = {}) =>
  restartOf(1, {unit: `${unit}.service`, timeoutMs: 20_000, ...more})
const run = (input: RestartInput) => operate(place(), restart, input)
const show = async (unit: string, name: string) =>
  (await guest('rx-1').run(`systemctl show --value -p ${name} ${unit}`)).trim()

test('a good unit runs under another invocation', async () => {
  const before = await show('good', 'InvocationID')
  const {outcome} = await run(asked('good'))
  expect(outcome).toMatchObject({verdict: 'done', totals: {changed: 1}})
  expect(await show('good', 'InvocationID')).not.toBe(before)
  expect(await show('good', 'ActiveState')).toBe('active')
})

test.each([
  ['crash-loop', 'crash-loop', 'again and again'],
  ['broken', 'unit-failed', 'it was restarted and failed'],
  ['gone', 'no-unit', 'there is no unit'],
  ['masked', 'no-unit', 'is masked'],
])('%s: failed, of class %s', async (unit, kind, says) => {
  const {outcome} = await run(asked(unit))
  expect(outcome.steps).toMatchObject([{state: 'failed', class: kind, saw: expect.stringContaining(says)}])
  await guest('rx-1').run(`systemctl stop ${unit} || true`)
})

test('hangs for longer than it may: timed-out; a resume finds it done, and does not send it again', async () => {
  const starts = async () => Number(await guest('rx-1').run('cat /var/lib/lab/slow 2>/dev/null | wc -l'))
  const before = await starts()
  const {outcome, run: id} = await run(asked('slow', {timeoutMs: 1000}))
  expect(outcome.steps).toMatchObject([{state: 'timed-out'}])
  const again = await resume(place(), restart, id, 'failed')
  expect(again.outcome.steps).toMatchObject([{state: 'changed'}])
  expect(await starts()).toBe(before + 1)
  await guest('rx-1').run('systemctl stop slow')
})

test('without sudo: class no-sudo, and nothing was changed', async () => {
  const before = await show('good', 'InvocationID')
  const {outcome} = await run(asked('good', {fleet: 'plain', holds: ['receivers/plain']}))
  expect(outcome.steps).toMatchObject([{state: 'failed', class: 'no-sudo'}])
  expect(await show('good', 'InvocationID')).toBe(before)
})

test('sudo that cannot resolve the name of its host is no missing permission', async () => {
  // The guest has no entry for its own name; sudo says so on stderr, and the unit fails by itself.
  const {outcome} = await run(asked('broken-before'))
  expect(outcome.steps).toMatchObject([{state: 'failed', class: 'unit-failed'}])
})

test('a reboot is proven by another boot id, and the unit is back', async () => {
  const before = await guest('rx-1').run('cat /proc/sys/kernel/random/boot_id')
  const {outcome} = await operate(place(), reboot, rebootOf(1, {unit: 'good.service', timeoutMs: 30_000}))
  expect(outcome).toMatchObject({verdict: 'done', totals: {changed: 1}})
  expect(await guest('rx-1').run('cat /proc/sys/kernel/random/boot_id')).not.toBe(before)
  expect(await show('good', 'ActiveState')).toBe('active')
})
