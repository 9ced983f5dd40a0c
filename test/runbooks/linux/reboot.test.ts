import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {afterEach, describe, expect, test} from 'vitest'
import {reboot} from '../../../src/lib/runbooks/linux/reboot.js'
import type {RebootInput} from '../../../src/lib/runbooks/linux/reboot-input.js'
import {journalOf, operate, resume} from '../receivers/operate.js'
import {alone, hostsNamed} from './inputs.js'
import {room} from './room.js'

const GUESTS = [{name: 'a'}, {name: 'b'}]
const {guest, place, property} = room(GUESTS, {
  all: {a: 'a', b: 'b'},
  users: {ops: 'a ops', plain: 'a plain'},
})

/** The guests were booted a moment ago, which speaks against a reboot. */
const KNOWN = {overrides: ['reboot-loop'], reason: 'a test'}
const run = (input: RebootInput, asked = {}) => operate(place(), reboot, input, {...KNOWN, ...asked})
const bootOf = async (name: string) => (await guest(name).run('cat /proc/sys/kernel/random/boot_id')).trim()

function rebootOf(hosts: RebootInput['hosts'], more: Partial<RebootInput> = {}): RebootInput {
  return {
    hosts,
    wave: {hosts: 1},
    pauseMs: 0,
    maxFailures: 0,
    settings: Object.fromEntries(hosts.map(({name}) => [name, {expect: ['good.service'], verify: []}])),
    drain: '',
    undrain: '',
    hookMs: 5000,
    downMs: 15_000,
    upMs: 20_000,
    ...more,
  }
}

const AS_BEFORE =
  'rm -f /etc/lab/moody; systemctl enable good web 2>/dev/null; systemctl reset-failed; systemctl start good web moody'
afterEach(async () => {
  for (const {name} of GUESTS) {
    await guest(name).release()
    await guest(name).ready()
    await guest(name).run(AS_BEFORE)
  }
})

describe('one host', () => {
  test('comes back under another boot id with its units and ports; a resume does not do it again', async () => {
    const before = await bootOf('a')
    const seen: string[] = []
    const {outcome, run: id} = await run(rebootOf([alone('a')]), {
      emit: (event: {type: string; saw?: string}) => event.type === 'saw' && seen.push(event.saw ?? ''),
    })
    expect(outcome).toMatchObject({verdict: 'done', totals: {changed: 1}})
    expect(outcome.steps[0]?.saw).toBe('booted again, running')
    // It went on answering with the old boot id, and was not taken for one that is back.
    expect(seen.some((one) => /not rebooted yet|going down/.test(one))).toBe(true)
    const after = await bootOf('a')
    expect(after).not.toBe(before)
    expect(await property('a', 'good', 'ActiveState')).toBe('active')
    const applying = (await journalOf(place(), id)).find(({kind}) => kind === 'applying')
    expect(applying).toMatchObject({
      before: {boot: expect.stringContaining(before.replaceAll('-', '')), ports: expect.any(Array)},
    })
    expect((await resume(place(), reboot, id)).outcome.verdict).toBe('nothing')
    expect(await bootOf('a')).toBe(after)
  })

  test('by a user who may only call systemctl reboot; a dry run reboots nothing', async () => {
    const before = await bootOf('a')
    const dry = await run(rebootOf([alone('ops')]), {mode: 'dry-run'})
    expect(dry.outcome.verdict).toBe('planned')
    expect(await bootOf('a')).toBe(before)
    expect((await run(rebootOf([alone('ops')]))).outcome.verdict).toBe('done')
    expect(await bootOf('a')).not.toBe(before)
  })

  test('a port that is gone, a unit that is not there; what failed before is known, and no reason to fail', async () => {
    await guest('a').run('systemctl disable web; touch /etc/lab/moody; systemctl restart moody || true')
    const settings = {a: {expect: ['frontend.service'], verify: []}}
    const asked = rebootOf([alone('a')], {upMs: 1000, settings})
    expect((await run(asked)).outcome.because[0]).toContain('failed already: moody.service')
    const {outcome} = await run(asked, {overrides: [...KNOWN.overrides, 'failed-units']})
    expect(outcome.steps).toMatchObject([{state: 'failed', class: 'not-as-before'}])
    expect(outcome.steps[0]?.saw).toBe('booted again, frontend.service is inactive; port 8080 is gone')
  })

  test('does not go down: what systemd waits for is named', async () => {
    await guest('a').run('systemctl start stubborn')
    const before = await bootOf('a')
    const {outcome} = await run(rebootOf([alone('a')], {downMs: 1500}))
    expect(outcome.steps).toMatchObject([{state: 'failed', class: 'not-down'}])
    expect(outcome.steps[0]?.saw).toContain('stubborn.service')
    expect(await bootOf('a')).toBe(before)
    await guest('a').run('systemctl kill -s KILL stubborn')
    await sleep(1500)
  })

  test('does not come back: in doubt; once it is there a resume finds it well, and does not reboot it again', async () => {
    await guest('a').hold()
    const {outcome, run: id} = await run(rebootOf([alone('a')], {downMs: 3000, upMs: 1000}))
    expect(outcome.steps).toMatchObject([{state: 'in-doubt', class: 'not-back'}])
    expect(outcome.verdict).toBe('partial')
    await guest('a').release()
    await guest('a').ready()
    const boot = await bootOf('a')
    // It was booted a moment ago, and that was us.
    const resumed = await resume(place(), reboot, id, undefined, {overrides: []})
    expect(resumed.outcome.steps).toMatchObject([{state: 'changed'}])
    expect(await bootOf('a')).toBe(boot)
  })
})

describe('some hosts', () => {
  test('one that is not drained is not rebooted, one that is not well is not undrained', async () => {
    const before = await bootOf('a')
    const refused = await run(rebootOf([alone('a')], {drain: 'echo still busy >&2; exit 4'}))
    expect(refused.outcome.steps[0]).toMatchObject({state: 'failed', class: 'drain'})
    expect(refused.outcome.steps[0]?.saw).toContain('still busy')
    expect(await bootOf('a')).toBe(before)
    const file = join(place().stateDir, 'hooks')
    const hook = (what: string) => `echo ${what} $REDEYE_HOST >>${file}`
    await guest('a').run('touch /etc/lab/moody')
    const asked = rebootOf(hostsNamed('a', 'b'), {
      drain: hook('drain'),
      undrain: hook('undrain'),
      maxFailures: 2,
    })
    const {outcome} = await run(asked)
    expect(outcome).toMatchObject({verdict: 'tolerated', totals: {all: 6, changed: 4, failed: 2}})
    expect(outcome.steps[1]).toMatchObject({step: 'a/reboot', state: 'failed', class: 'degraded'})
    expect(outcome.steps[1]?.saw).toContain('moody.service failed, and had not before')
    expect(outcome.steps[2]).toMatchObject({step: 'a/undrain', state: 'failed'})
    expect((await readFile(file, 'utf8')).trim().split('\n')).toEqual(['drain a', 'drain b', 'undrain b'])
  })

  test('not all of a group at once', async () => {
    const {outcome} = await run(rebootOf(hostsNamed('a', 'b'), {wave: {hosts: 2}}))
    expect(outcome.because[0]).toContain('no other host of some would be up')
  })
})

describe('guards', () => {
  const refusal = async (asked: RebootInput, id: string) => {
    const {outcome} = await operate(place(), reboot, asked)
    expect(outcome.verdict).toBe('refused')
    return outcome.findings.find((one) => one.id === id && one.level === 'refuse')?.saw ?? 'nothing'
  }

  test('no sudo; booted a moment ago', async () => {
    expect(await refusal(rebootOf([alone('plain')]), 'sudo-needs-password')).toContain('systemctl reboot')
    expect(await refusal(rebootOf([alone('a')]), 'reboot-loop')).toContain('booted minutes ago')
  })

  test('a package manager at work; a program that forbids it', async () => {
    await guest('a').run('cp /bin/sleep /usr/local/bin/dpkg; systemd-run --quiet --unit=work dpkg 60')
    await guest('a').run(
      'systemd-run --quiet --unit=forbid systemd-inhibit --what=shutdown --who=backup --why=nightly --mode=block sleep 60; sleep 0.5',
    )
    expect(await refusal(rebootOf([alone('a')]), 'packages')).toContain('dpkg is at work')
    expect(await refusal(rebootOf([alone('a')]), 'inhibited')).toContain('nightly')
    await guest('a').run('systemctl stop work forbid; rm /usr/local/bin/dpkg')
  })

  test('somebody is logged in', async () => {
    const {host, clientKeyFile, knownHostsFile} = guest('a')
    const options = ['-o', `UserKnownHostsFile=${knownHostsFile}`, '-i', clientKeyFile]
    const person = spawn('ssh', ['-tt', ...options, `ops@${host}`, 'sleep 60'], {stdio: 'ignore'})
    await expect.poll(() => guest('a').run('who')).toContain('ops')
    expect(await refusal(rebootOf([alone('a')]), 'users')).toMatch(/^a: logged in: ops on pts/)
    person.kill()
    await once(person, 'close')
  })

  test('a kernel without its initrd', async () => {
    await guest('a').run('touch /boot/vmlinuz-9.9.9-test')
    expect(await refusal(rebootOf([alone('a')]), 'kernel')).toContain('9.9.9-test has no initrd')
    await guest('a').run('rm /boot/vmlinuz-9.9.9-test')
  })
})
