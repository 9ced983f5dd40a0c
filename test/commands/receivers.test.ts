import {readFile} from 'node:fs/promises'
import {describe, expect, test} from 'vitest'
import {outcomeOf} from './fits.js'
import {fleetDesk} from './fleet-desk.js'
import {words} from './home.js'

const HOSTS = 60
const at = fleetDesk(HOSTS)
const QUICK = '--soak 0s --stable 1s --progress none'
const id = (index: number) => at.fleet().rows[index]?.id ?? ''
const contacts = async () => (await at.fleet().control.counters()).connections

describe('receivers restart', () => {
  test('a dry run shows the plan within 80 columns and contacts nobody', async () => {
    const dry = await at.redeye('receivers restart --spread-by site --max-out 25% --dry-run')
    expect(dry, words(dry)).toMatchObject({code: 0})
    for (const line of dry.stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
    expect(words(dry)).toContain('Restart receiver.service on 60 hosts of world')
    expect(words(dry)).toContain('the 1st of 1 fails')
    expect(words(dry)).toMatch(/random, seed \d+/)
    expect(await contacts()).toBe(0)
    expect(await at.runs()).toEqual([])
  })

  test('with --probe the plan shows how the hosts are right now, and nothing is changed', async () => {
    await at.fleet().control.behave([id(20), id(21)], {connect: 'refuse'})
    await at.fleet().control.behave([id(22)], {unit: 'no-unit'})
    const dry = await at.redeye('receivers restart --probe --dry-run')
    expect(dry, words(dry)).toMatchObject({code: 0})
    expect(dry.stdout).toMatch(/receiver\.service active \(running\) +57\n/)
    expect(dry.stdout).toMatch(/no answer \(handshake\) +2\n/)
    expect(dry.stdout).toMatch(/receiver\.service not-found +1\n/)
    expect(await at.restarts()).toEqual({0: HOSTS})
    const exec = await at.redeye('receivers exec canary --probe --dry-run -- uname')
    expect(exec.stdout).toMatch(/answers +3\n/)
  })

  test('a few with --yes; many want their number', async () => {
    const few = await at.redeye(`receivers restart canary --yes --json ${QUICK}`)
    expect(outcomeOf(few)).toMatchObject({verdict: 'done', runbook: 'receivers.restart', exit: 0})
    expect(outcomeOf(few).next.join()).not.toContain('undo')
    const unconfirmed = await at.redeye(`receivers restart --yes ${QUICK}`)
    expect(unconfirmed, words(unconfirmed)).toMatchObject({code: 4})
    const many = await at.redeye(`receivers restart --exclude ring=canary --confirm 57 ${QUICK}`)
    expect(many, words(many)).toMatchObject({code: 0})
    expect(await at.restarts()).toEqual({1: HOSTS})
  })

  test('some out of reach: 11; what failed is selected again with --only-failed', async () => {
    await at.fleet().control.behave([id(20), id(21)], {connect: 'refuse'})
    const first = await at.redeye(`receivers restart --confirm 60 ${QUICK}`)
    expect(first, words(first)).toMatchObject({code: 11})
    expect(words(first)).toContain('unreachable 2 of 60')
    await at.fleet().control.behave([], {})
    const [run = ''] = await at.runs()
    const listed = await at.redeye(`receivers restart --only-failed ${run} --dry-run --json`)
    expect(outcomeOf(listed).plan?.document.steps.toSorted()).toEqual([id(20), id(21)])
    const resumed = await at.redeye(`runs resume ${run} --only failed --confirm 60 --progress none`)
    expect(resumed, words(resumed)).toMatchObject({code: 0})
    expect(await at.restarts()).toEqual({1: HOSTS})
  })

  test('a saved plan is applied exactly, and not to another list', async () => {
    const plan = `${at.home()}/plan.json`
    expect((await at.redeye(`receivers restart canary --out ${plan} ${QUICK}`)).code).toBe(0)
    const applied = await at.redeye(`apply ${plan} --yes --progress none`)
    expect(applied, words(applied)).toMatchObject({code: 0})
    const list = await readFile(at.fleet().hostsFile, 'utf8')
    const inventory = await at.inventory(list.replaceAll(',canary', ',broad').replace(',broad', ',canary'))
    const other = await at.redeye(`apply ${plan} --yes --inventory ${inventory} --progress none`)
    expect(other, words(other)).toMatchObject({code: 12})
  })

  test('two runs that overlap: the second ends with 9 and names the first', async () => {
    await at.fleet().control.behave([id(1)], {restartMs: 4000})
    const first = at.begin('receivers restart canary --yes --soak 0s --stable 1s --order inventory')
    await first.says(/start rx-/)
    const hosts = await at.file('hosts', `${id(1)} # the slow one\n`)
    const second = await at.redeye(`receivers restart --hosts ${hosts} --yes ${QUICK}`)
    expect(second, words(second)).toMatchObject({code: 9})
    const [run = ''] = await at.runs()
    expect(words(second)).toContain(run)
    expect((await first.ended).code).toBe(0)
    expect((await at.fleet().control.host(id(1))).asked).toBe(1)
  })

  test('paused, narrowed and continued from elsewhere', async () => {
    const first = at.begin('receivers restart --confirm 60 --soak 0s --stable 1s --width 5')
    await first.says(/stage wave-2/)
    const [run = ''] = await at.runs()
    expect((await at.redeye(`runs pause ${run}`)).code).toBe(0)
    expect((await at.redeye(`runs width 2 ${run}`)).code).toBe(0)
    expect((await at.redeye(`runs continue ${run}`)).code).toBe(0)
    expect((await at.redeye(`runs width 50 ${run}`)).code).toBe(0)
    expect((await first.ended).code).toBe(0)
    expect(await at.restarts()).toEqual({1: HOSTS})
  })
})

describe('what was mistyped is a usage error: nobody is contacted, nothing is kept', () => {
  test.each([
    ['receivers restart cannary', 'did you mean canary?'],
    ['receivers restart --where contry=SE', 'did you mean country?'],
    ['receivers restart --where country=SF', 'did you mean SE'],
    ['receivers restart --where country=', 'expected a value'],
    ['receivers restart canary --where ring=broad', 'no host fits all of it'],
    ['receivers restart --only-failed zzzz', 'zzzz'],
    ['receivers restart --waves 1,rest,2', '--waves 1,rest,2'],
    ['receivers restart --waves 1,10', 'leaves 49 of 60 hosts out'],
    ['receivers restart --max-failures many', '--max-failures many'],
    ['receivers restart --width 0', '--width 0'],
    ['receivers restart --spread-by colour', 'no host has this label'],
    ['receivers restart --gate datadog:12', 'DD_API_KEY and DD_APP_KEY must be set'],
    ['receivers restart --gate datadog:abc', 'the number of a monitor'],
    ['receivers restart --via ssm', 'does not say which account'],
    ['receivers restart --service x;reboot', 'name of a systemd unit'],
    ['receivers exec', 'write it behind --'],
    ['receivers exec canary early -- uname', 'one cohort, not 2'],
    ['receivers status cannary', 'did you mean canary?'],
  ])('%s', async (command, says) => {
    const ended = await at.redeye(
      command.includes(' exec') || command.includes('status') ? command : `${command} --yes`,
    )
    expect(ended, words(ended)).toMatchObject({code: 2})
    expect(words(ended)).toContain(says)
    expect(await contacts()).toBe(0)
    expect(await at.runs()).toEqual([])
  })

  test.each([
    ['a quote in an id', "id,address\nrx'1,127.1.0.0\n", 'is not a name'],
    ['a shell in an address', 'id,address\nrx-1,$(reboot)\n', 'is no host name or address'],
    ['an option as address', 'id,address\nrx-1,-oProxyCommand=x\n', 'is no host name or address'],
    ['a line break in a label', 'id,address,site\nrx-1,127.1.0.0,"a\nb"\n', 'line break'],
  ])('a list with %s', async (_what, hosts, says) => {
    const inventory = await at.inventory(hosts)
    const ended = await at.redeye(`receivers restart --yes --inventory ${inventory}`)
    expect(ended, words(ended)).toMatchObject({code: 2})
    expect(words(ended)).toContain(says)
    expect(await contacts()).toBe(0)
  })

  test('labels with quotes, spaces and shells are only labels', async () => {
    const [row] = at.fleet().rows
    const hosts = `id,address,port,site\n${row?.id},${row?.address},${row?.port},"it's $(reboot) "" ; rm"\n`
    const inventory = await at.inventory(hosts)
    const spread = ['--spread-by', 'site', '--max-out', '100%']
    const ended = await at.redeye(
      ['receivers', 'restart', '--where', 'site~reboot', ...spread, '--yes', '--inventory', inventory].concat(
        QUICK.split(' '),
      ),
    )
    expect(ended, words(ended)).toMatchObject({code: 0})
    const {commands} = await at.fleet().control.host(id(0))
    expect(commands.join()).not.toContain('reboot')
  })
})

describe('receivers exec', () => {
  test('--read-only: equal outputs are one line, nothing is kept', async () => {
    const ended = await at.redeye('receivers exec --read-only -- uname -r')
    expect(ended, words(ended)).toMatchObject({code: 0})
    expect(ended.stdout.trim().split('\n')).toEqual([
      '59 hosts rx-[00000-00006,00008-00059]: 6.6.31-rpi8',
      '1 host rx-00007: 6.1.0-rpi4',
    ])
    expect(await at.runs()).toEqual([])
  })

  test('words stay words', async () => {
    const hostile = ['echo', "it's", '$(reboot)', 'a  b', ';', '*']
    const ended = await at.redeye(['receivers', 'exec', 'canary', '--read-only', '--', ...hostile])
    expect(ended.stdout).toContain("it's $(reboot) a  b ; *")
  })

  test('as a change: in waves, once, and what it said in groups', async () => {
    const ended = await at.redeye(`receivers exec --confirm 60 --soak 0s --progress none -- uname -r`)
    expect(ended, words(ended)).toMatchObject({code: 0})
    expect(ended.stdout).toContain('1 host rx-00007: 6.1.0-rpi4')
    const failed = await at.redeye('receivers exec canary --yes --soak 0s --progress none -- false')
    expect(failed, words(failed)).toMatchObject({code: 6})
    expect(words(failed)).toContain('failed (exit)')
  })

  test('nobody answers: 10', async () => {
    await at.fleet().control.behave([], {connect: 'refuse'})
    const ended = await at.redeye('receivers exec canary --read-only -- uname')
    expect(ended, words(ended)).toMatchObject({code: 10})
  })
})

describe('receivers status and check', () => {
  test('what is wrong stands first, with its hosts', async () => {
    await at.fleet().control.behave([id(3), id(4)], {connect: 'refuse'})
    await at.fleet().control.behave([id(5)], {unit: 'fails'})
    await at.redeye([
      'receivers',
      'restart',
      '--hosts',
      await at.file('h', id(5)),
      '--yes',
      ...QUICK.split(' '),
    ])
    const ended = await at.redeye('receivers status')
    expect(ended, words(ended)).toMatchObject({code: 0})
    for (const line of ended.stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
    expect(ended.stdout).toMatch(/no answer \([a-z-]+\) +2 +rx-\[00003-00004\]/)
    expect(ended.stdout).toMatch(/failed \(failed\) +1 +rx-00005/)
    const json = JSON.parse((await at.redeye('receivers status canary --json')).stdout)
    expect(json.answers).toHaveLength(3)
  })

  test('healthy, and not', async () => {
    const well = await at.redeye('receivers check --json')
    expect(outcomeOf(well)).toMatchObject({verdict: 'healthy', exit: 0})
    await at.fleet().control.behave([], {unit: 'no-sudo'})
    const ill = await at.redeye('receivers check canary')
    expect(ill, words(ill)).toMatchObject({code: 13})
    expect(words(ill)).toContain('a password is required')
    expect(await at.restarts()).toEqual({0: HOSTS})
  })
})

test('receivers push: in place, left alone the second time, and put back by runs undo', async () => {
  const file = await at.file('receiver.conf', 'rate=48000\n')
  const path = '/etc/receiver.conf'
  await at.fleet().control.put([], {})
  const pushed = await at.redeye(
    `receivers push ${file} /etc/ --confirm 60 --mode 0644 ${QUICK.replace('--stable 1s', '')}`,
  )
  expect(pushed, words(pushed)).toMatchObject({code: 0})
  expect((await at.fleet().control.host(id(9))).files[path]).toMatchObject({mode: '644'})
  const again = await at.redeye(`receivers push ${file} ${path} canary --yes --soak 0s --progress none`)
  expect(again, words(again)).toMatchObject({code: 0})
  expect(words(again)).toContain('NOTHING TO DO')
  const run = (await at.runs()).find((one) => words(pushed).includes(one)) ?? ''
  const undone = await at.redeye(`runs undo ${run} --yes --progress none`)
  expect(undone, words(undone)).toMatchObject({code: 0})
  expect((await at.fleet().control.hosts()).every(({files}) => files[path] === undefined)).toBe(true)
})

test('receivers push: keys to the house are refused, and what is no path', async () => {
  const file = await at.file('x', 'x')
  const sudoers = await at.redeye(`receivers push ${file} /etc/sudoers.d/x canary --yes`)
  expect(sudoers, words(sudoers)).toMatchObject({code: 3})
  expect(words(sudoers)).toContain('lock-out')
  for (const path of ['etc/x', '/etc/../x', '/etc/./x', '/etc//x'])
    expect((await at.redeye(['receivers', 'push', file, path, 'canary', '--yes'])).code, path).toBe(2)
  expect((await at.redeye(`receivers push ${file}-gone /etc/x canary --yes`)).code).toBe(2)
  expect(await contacts()).toBe(0)
})

test('receivers reboot: another boot, the unit is back', async () => {
  const before = await at.fleet().control.host(id(0))
  const ended = await at.redeye(`receivers reboot canary --confirm 3 ${QUICK}`)
  expect(ended, words(ended)).toMatchObject({code: 0})
  const after = await at.fleet().control.host(id(0))
  expect(after).toMatchObject({asked: 1, active: 'active'})
  expect(after.invocation).not.toBe(before.invocation)
})

test('receivers keys: import, show, and scan of those that are missing', async () => {
  const empty = await at.file('receivers.keys', '')
  const [known, list] = await Promise.all([
    readFile(at.fleet().keysFile, 'utf8'),
    readFile(at.fleet().hostsFile, 'utf8'),
  ])
  const text = await readFile(await at.inventory(list), 'utf8')
  const inventory = await at.file('own.yaml', text.replace(at.fleet().keysFile, empty))
  const keys = (what: string) => at.redeye(`receivers keys ${what} --inventory ${inventory}`)

  expect(words(await keys(`show ${id(1)}`))).toContain('no key of rx-00001 is pinned')
  const part = known
    .split('\n')
    .slice(0, HOSTS - 2)
    .join('\n')
  const imported = await keys(`import ${await at.file('known_hosts', part)}`)
  expect(imported, words(imported)).toMatchObject({code: 0})
  expect(words(imported)).toContain(`${HOSTS - 2} keys are new`)
  expect(words(imported)).toContain('2 hosts are not in')
  expect((await keys(`show ${id(1)}`)).stdout).toMatch(/^SHA256:[A-Za-z0-9+/]{43}\n$/)

  const scanned = await keys('scan')
  expect(words(scanned)).toContain('2 of 2 hosts without a key were believed')
  expect(words(scanned)).toContain(id(HOSTS - 1))
  const pinned = (await readFile(empty, 'utf8')).trim().split('\n')
  expect(pinned.toSorted()).toEqual(known.trim().split('\n').toSorted())
  expect((await keys('show rx-9')).code).toBe(2)
})
