import {afterEach, describe, expect, test} from 'vitest'
import {serviceRestart} from '../../../src/lib/runbooks/linux/service-restart.js'
import {journalOf, operate, resume} from '../receivers/operate.js'
import {alone, hostsNamed, restartOf} from './inputs.js'
import {room} from './room.js'

const GUESTS = [{name: 'a'}, {name: 'b'}]
const {guest, place, property, starts} = room(GUESTS, {
  all: {a: 'a', b: 'b', c: 'a', d: 'b'},
  users: {ops: 'a ops', plain: 'a plain', asks: 'a asks'},
  bare: {bare: 'a root 2222'},
})

const run = (input: unknown, asked = {}) => operate(place(), serviceRestart, input, asked)
const dropIn = (unit: string, text: string) =>
  `mkdir -p /etc/systemd/system/${unit}.d && printf '%s\\n' '[Service]' '${text}' >/etc/systemd/system/${unit}.d/test.conf`
/** Reading all unit files again takes the guest longer than most of these tests. */
const AS_BEFORE =
  'rm -f /etc/lab/status /usr/local/bin/systemctl; if ls -d /etc/systemd/system/*.service.d >/dev/null 2>&1; then rm -rf /etc/systemd/system/*.service.d; systemctl daemon-reload; fi; systemctl reset-failed; systemctl start good web'

afterEach(async () => {
  await guest('a').run(AS_BEFORE)
})

describe('one host', () => {
  test('is restarted once, and proven by its invocation', async () => {
    const [before, count] = [await property('a', 'good', 'InvocationID'), await starts('a', 'good')]
    const {outcome, run: id} = await run(restartOf('good', [alone('a')], {soakMs: 1000}))
    expect(outcome).toMatchObject({verdict: 'done', totals: {all: 1, changed: 1}})
    expect(outcome.steps[0]?.saw).toBe('restarted, active (running) for 1 s')
    expect(await property('a', 'good', 'InvocationID')).not.toBe(before)
    expect(await starts('a', 'good')).toBe(count + 1)
    const applying = (await journalOf(place(), id)).find(({kind}) => kind === 'applying')
    expect(applying).toMatchObject({step: 'a/restart', before: {invocation: before}})
  })

  test('a dry run restarts nothing; nor does a resume of a run that is done', async () => {
    const before = await property('a', 'good', 'InvocationID')
    const dry = await run(restartOf('good', [alone('a')]), {mode: 'dry-run'})
    expect(dry.outcome.verdict).toBe('planned')
    expect(await property('a', 'good', 'InvocationID')).toBe(before)
    const {run: id} = await run(restartOf('good', [alone('a')]))
    const after = await property('a', 'good', 'InvocationID')
    expect((await resume(place(), serviceRestart, id)).outcome.verdict).toBe('nothing')
    expect(await property('a', 'good', 'InvocationID')).toBe(after)
  })

  test('by a user with sudo for what is needed', async () => {
    const before = await property('a', 'good', 'InvocationID')
    expect((await run(restartOf('good', [alone('ops')]))).outcome.verdict).toBe('done')
    expect(await property('a', 'good', 'InvocationID')).not.toBe(before)
  })

  test.each([
    ['broken', 1000, 'unit-failed', ['exit 3', 'Start request repeated too quickly']],
    ['broken-before', 0, 'unit-failed', ['exit-code']],
    ['crash-late', 5000, 'unit-failed', ['exit 7', 'out of luck']],
    ['crash-loop', 1000, 'crash-loop', ['again and again']],
  ])('%s: a failure with its reason', async (unit, soakMs, kind, words) => {
    const {outcome} = await run(restartOf(unit, [alone('a')], {soakMs}))
    expect(outcome.verdict).toBe('partial')
    expect(outcome.steps).toMatchObject([{state: 'failed', class: kind}])
    for (const word of words) expect(outcome.steps[0]?.saw).toContain(word)
    await guest('a').run(`systemctl stop ${unit}`)
  })

  test('an answer of success is none: systemctl says so and does nothing', async () => {
    await guest('a').run(
      `printf '%s\\n' '#!/bin/sh' '[ "$1" = restart ] && exit 0' 'exec /usr/bin/systemctl "$@"' >/usr/local/bin/systemctl; chmod +x /usr/local/bin/systemctl`,
    )
    const {outcome} = await run(restartOf('good', [alone('a')], {timeoutMs: 1000}))
    expect(outcome.steps).toMatchObject([{state: 'timed-out', saw: expect.stringContaining('not restarted')}])
  })

  test('its start limit was hit: the failure is forgotten first', async () => {
    await run(restartOf('broken', [alone('a')], {soakMs: 1000}))
    await guest('a').run(
      `${dropIn('broken.service', 'ExecStart=')} && echo 'ExecStart=/bin/sleep infinity' >>/etc/systemd/system/broken.service.d/test.conf; systemctl daemon-reload`,
    )
    const {outcome} = await run(restartOf('broken', [alone('a')]))
    expect(outcome.steps.map(({step, state}) => [step, state])).toEqual([
      ['a/reset-failed', 'changed'],
      ['a/restart', 'changed'],
    ])
    await guest('a').run('systemctl stop broken')
  })

  test('the connection is lost during the restart: looked up, and not sent again', async () => {
    const count = await starts('a', 'slow')
    const cut = async (event: {type: string}) => {
      if (event.type === 'start')
        setTimeout(
          () =>
            void guest('a')
              .run('pkill -KILL -u ops sshd')
              .catch(() => {}),
          700,
        )
    }
    const {outcome} = await run(restartOf('slow', [alone('ops')]), {emit: cut})
    expect(outcome.steps).toMatchObject([{state: 'changed'}])
    expect(await starts('a', 'slow')).toBe(count + 1)
    await guest('a').run('systemctl stop slow')
  })
})

describe('the application', () => {
  const url = () => `http://127.0.0.1:${guest('a').webPort}/`

  test('answers', async () => {
    const settings = {probe: {url: url()}}
    const {outcome} = await run(restartOf('web', [alone('a')], {settings}))
    expect(outcome.steps).toMatchObject([{state: 'changed', saw: expect.stringContaining('answers 200')}])
    const tcp = await run(restartOf('web', [alone('a')], {settings: {probe: {tcp: guest('a').webPort}}}))
    expect(tcp.outcome.verdict).toBe('done')
  })

  test('answers with an error, or does not listen where it did', async () => {
    await guest('a').run('echo 503 no >/etc/lab/status')
    const bad = restartOf('web', [alone('a')], {settings: {probe: {url: url()}}, timeoutMs: 2000})
    const {outcome, run: id} = await run(bad)
    const refuses = [{state: 'timed-out', saw: expect.stringContaining('answers 503')}]
    expect(outcome.steps).toMatchObject(refuses)
    // Restarted it was: a resume only looks.
    const invocation = await property('a', 'web', 'InvocationID')
    expect((await resume(place(), serviceRestart, id, 'failed')).outcome.steps).toMatchObject(refuses)
    expect(await property('a', 'web', 'InvocationID')).toBe(invocation)
    await guest('a').run(
      `${dropIn('web.service', 'EnvironmentFile=')} && echo Environment=WEB_PORT=${guest('a').webPort + 1} >>/etc/systemd/system/web.service.d/test.conf; systemctl daemon-reload`,
    )
    const elsewhere = await run(restartOf('web', [alone('a')], {timeoutMs: 2000}))
    expect(elsewhere.outcome.steps[0]?.saw).toContain(`does not listen on ${guest('a').webPort} as before`)
    await guest('a').run(
      'rm -rf /etc/systemd/system/web.service.d; systemctl daemon-reload; systemctl restart web',
    )
  })
})

describe('guards', () => {
  test.each([
    ['gone', 'unit', 'there is no unit'],
    ['masked', 'unit', 'is masked'],
    ['ssh', 'protected', 'this connection itself is part of'],
    ['dbus', 'protected', 'carries the host'],
    ['by-hand-no', 'by-hand', 'RefuseManualStop=yes'],
    ['once', 'oneshot', 'does not stay'],
  ])('%s is refused by %s', async (unit, id, says) => {
    const {outcome} = await run(restartOf(unit, [alone('a')]))
    const refusals = outcome.findings.filter(({level}) => level === 'refuse')
    expect(refusals).toMatchObject([{id, saw: expect.stringContaining(says)}])
    expect(outcome.verdict).toBe('refused')
  })

  test('a machine on which systemd does not run', async () => {
    // A real one: this sshd is the first process that it sees.
    await guest('a').run(
      'systemd-run --quiet --unit=bare unshare --pid --fork --mount-proc /usr/sbin/sshd -D -p 2222 -o PidFile=none; until ss -ltn | grep -q :2222; do sleep 0.1; done',
    )
    const {outcome} = await run(restartOf('good', [alone('bare')]))
    expect(outcome.because[0]).toBe('unit: bare: systemd does not run there (process 1 is sshd)')
    await guest('a').run('systemctl stop bare')
  })

  test('what the inventory protects', async () => {
    const asked = restartOf('good', [alone('a')], {settings: {protect: ['good.service']}})
    expect((await run(asked)).outcome).toMatchObject({verdict: 'refused'})
    const known = await run(asked, {overrides: ['protected'], reason: 'I know it'})
    expect(known.outcome.verdict).toBe('done')
  })

  test('without sudo: refused; where sudo only seems to allow it: a failure, and nothing was changed', async () => {
    const before = await property('a', 'good', 'InvocationID')
    const none = await run(restartOf('good', [alone('plain')]))
    expect(none.outcome).toMatchObject({verdict: 'refused'})
    expect(none.outcome.because.join()).toContain('systemctl restart good.service')
    const asks = await run(restartOf('good', [alone('asks')]))
    expect(asks.outcome.steps).toMatchObject([{state: 'failed', class: 'no-sudo'}])
    expect(await property('a', 'good', 'InvocationID')).toBe(before)
  })

  test('changed unit files: refused, or read again first', async () => {
    await guest('a').run("sed -i '/^.Service/aEnvironment=COLOUR=red' /etc/systemd/system/good.service")
    const asked = restartOf('good', [alone('a')])
    expect((await run(asked)).outcome.because[0]).toContain('daemon-reload: a: its files were changed')
    const {outcome} = await run({...asked, daemonReload: true})
    expect(outcome.steps.map(({step, state}) => [step, state])).toEqual([
      ['a/daemon-reload', 'changed'],
      ['a/restart', 'changed'],
    ])
    expect(await property('a', 'good', 'Environment')).toBe('COLOUR=red')
    await guest('a').run('sed -i /COLOUR/d /etc/systemd/system/good.service; systemctl daemon-reload')
  })

  test('a unit that others need', async () => {
    await guest('a').run('systemctl start frontend')
    const {outcome} = await run(restartOf('backend', [alone('a')]))
    expect(outcome.because[0]).toContain('frontend.service would be restarted with it')
    await guest('a').run('systemctl stop frontend backend')
  })

  test('a configuration that is not good; a test that is not there', async () => {
    const asked = (configTest: string[], ownTest: boolean) =>
      restartOf('good', [alone('ops')], {settings: {configTest, ownTest}})
    const bad = await run(asked(['sh', '-c', 'echo line 7: no such key >&2; exit 1'], false))
    expect(bad.outcome.because[0]).toContain('line 7: no such key')
    expect((await run(asked(['no-such-tool', '-t'], true))).outcome.verdict).toBe('refused')
    const warned = await run(asked(['no-such-tool', '-t'], false))
    expect(warned.outcome).toMatchObject({verdict: 'done'})
    expect(warned.outcome.findings.find(({id}) => id === 'config-test')?.level).toBe('warn')
  })

  test('a job of systemd is under way', async () => {
    await guest('a').run('systemctl start --no-block slow')
    const {outcome} = await run(restartOf('slow', [alone('a')]))
    expect(outcome.findings.find(({id}) => id === 'job')?.level).toBe('refuse')
    await guest('a').run('systemctl stop slow')
  })

  test('the last one of its group that runs it', async () => {
    await guest('b').run('systemctl stop good')
    const {outcome} = await run(restartOf('good', [{name: 'a', group: 'some', peers: ['b']}]))
    expect(outcome.because[0]).toContain('the last one of some that runs good.service')
    await guest('b').run('systemctl start good')
    const all = await run(restartOf('good', hostsNamed('a', 'b'), {wave: {percent: 100}}))
    expect(all.outcome.because[0]).toContain('last-healthy')
  })
})

test('wave by wave: the second of four fails, the third and fourth are not begun', async () => {
  await guest('b').run(`${dropIn('good.service', 'ExecStartPre=/bin/false')}; systemctl daemon-reload`)
  const count = await starts('a', 'good')
  const {outcome, run: id} = await run(restartOf('good', hostsNamed('a', 'b', 'c', 'd')))
  expect(outcome).toMatchObject({verdict: 'partial', totals: {changed: 1, failed: 1, 'not-started': 2}})
  expect(await starts('a', 'good')).toBe(count + 1)
  await guest('b').run(
    'rm -r /etc/systemd/system/good.service.d; systemctl daemon-reload; systemctl reset-failed; systemctl start good',
  )
  const resumed = await resume(place(), serviceRestart, id)
  expect(resumed.outcome).toMatchObject({verdict: 'done', totals: {all: 4}})
  expect(await starts('a', 'good')).toBe(count + 2)
})

test('what a run has done itself does not refuse it when it is taken up', async () => {
  const asked = restartOf('backend', hostsNamed('a', 'b'))
  const {outcome, run: id} = await run(asked, {holdBefore: 'b/restart'})
  expect(outcome).toMatchObject({verdict: 'interrupted', totals: {changed: 1, 'not-started': 1}})
  // From here on `a` is the only one that runs it.
  expect((await run(asked)).outcome.because[0]).toContain('last-healthy')
  expect((await resume(place(), serviceRestart, id)).outcome.verdict).toBe('done')
  for (const {name} of GUESTS) await guest(name).run('systemctl stop backend')
})

test('a changed host key: nothing is sent', async () => {
  const {inventoryFile} = place()
  const {readFile, writeFile} = await import('node:fs/promises')
  const text = await readFile(inventoryFile, 'utf8')
  await writeFile(inventoryFile, text.replaceAll(guest('a').hostKeyLine, guest('b').hostKeyLine))
  const before = await property('a', 'good', 'InvocationID')
  const {outcome} = await run(restartOf('good', [alone('a')]))
  expect(outcome).toMatchObject({verdict: 'unreachable'})
  expect(await property('a', 'good', 'InvocationID')).toBe(before)
})
