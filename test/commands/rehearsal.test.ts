import {homedir} from 'node:os'
import {describe, expect, test, vi} from 'vitest'
import {incidents} from '../../src/lib/lab/incidents.js'
import {LAB_PARTS} from '../../src/lib/lab/lab-record.js'
import {killProcess} from '../../src/lib/lab/process.js'
import {until} from '../../src/lib/lab/until.js'
import {words} from './home.js'
import {gone, rehearsalDesk} from './rehearsal-desk.js'

const at = rehearsalDesk()
vi.setConfig({testTimeout: 180_000, hookTimeout: 60_000})

describe('up, status, down', () => {
  test('all that can run here, with one inventory; then some, then none', async () => {
    const up = await at.good('lab up')
    expect(up.stderr).toContain('starting haproxy, redis, vsphere, receivers, azure, aws')
    for (const part of LAB_PARTS) expect(up.stdout).toContain(`The ${part} lab is up: `)
    const {inventoryFile} = JSON.parse((await at.good('lab status --json')).stdout)
    expect((await at.exported()).REDEYE_INVENTORY).toBe(inventoryFile)
    expect((await at.good('inventory check')).stdout).toBe(
      `${inventoryFile} is fine\n  haproxy: web-lb\n  redis: orders\n  vsphere: dc\n  receivers: world\n  azure: lab\n  aws: lab\n`,
    )
    for (const look of [
      'haproxy status app',
      'redis status',
      'vsphere status',
      'receivers check',
      'azure vm status web-1',
      'aws instance status web-1',
    ])
      await at.good(look)

    const again = await at.good('lab up')
    expect(words(again)).toContain('Up already, and left alone: haproxy, redis,')
    const twice = await at.redeye('lab up redis aws')
    expect({code: twice.code, says: words(twice)}).toMatchObject({
      code: 2,
      says: expect.stringContaining('the redis and the aws lab is up already'),
    })

    const records = await Promise.all(LAB_PARTS.map(at.record))
    expect((await at.good('lab down redis vsphere')).stdout).toMatch(/^The redis lab is down\./)
    expect((await at.good('inventory check')).stdout).not.toContain('redis')
    expect((await at.good('lab status')).stdout).not.toContain('redis lab')
    await at.good('lab up vsphere')
    const vsphere = await at.record('vsphere')
    await at.good('lab down')
    expect(await gone([...records, vsphere])).toBe(true)
    expect(await at.exported()).toEqual({})
    expect((await at.good('lab down')).stdout).toBe('no lab is up\n')
  })

  test('after a reboot nothing runs, and it comes up again', async () => {
    await at.good('lab up azure')
    const before = await at.record('azure')
    await Promise.all(before.processes.map(killProcess))
    expect((await at.good('lab status')).stdout).toContain('  DEAD: azure (')
    const up = await at.good('lab up azure')
    expect(up.stderr).toContain('nothing of the azure lab was left')
    await at.good('azure vm status web-1')
  })

  test('a part that does not start takes the others with it', async () => {
    const broken = await at.programs({haproxy: 'echo no licence; exit 1'})
    const env = {PATH: `${broken}:${process.env.PATH}`}
    const up = await at.redeye('lab up haproxy azure', {env})
    expect({code: up.code, says: words(up)}).toMatchObject({
      code: 5,
      says: expect.stringMatching(/haproxy did not start; .* no licence .*redeye lab up azure/),
    })
    expect((await at.good('lab status')).stdout).toContain('no lab is up')
  })

  test('Ctrl-C while it starts leaves nothing', async () => {
    const up = at.begin('lab up redis azure', {env: {HOME: homedir()}})
    await up.says('azure is up')
    up.child.kill('SIGINT')
    const ended = await up.ended
    expect({code: ended.code, says: words(ended)}).toMatchObject({
      code: 8,
      says: expect.stringContaining('nothing of it runs any more'),
    })
    expect((await at.good('lab status')).stdout).toContain('no lab is up')
  })

  test('what can not run here is said, and is no reason to fail unless it was asked for', async () => {
    const names = ['haproxy', 'socat', 'redis-server', 'openssl', 'ssh-keygen', 'sh', 'env', 'cat']
    const here = names.map((name) => [name, `exec $(PATH=${process.env.PATH} command -v ${name}) "$@"`])
    const env = {PATH: await at.programs({...Object.fromEntries(here), python3: 'exit 1'})}
    const named = await at.redeye('lab up haproxy aws', {env})
    expect({code: named.code, says: words(named)}).toMatchObject({
      code: 2,
      says: expect.stringContaining('redeye lab install aws'),
    })
    const up = await at.good('lab up', {env})
    expect(words(up)).toMatch(/The azure lab is up: .*The aws lab cannot run here: .*redeye lab install aws/)
    expect(words(up)).not.toContain('The aws lab is up')
  })

  test.each(['up', 'down'])('lab %s of a part that does not exist', async (verb) => {
    const ended = await at.redeye(`lab ${verb} redsi`)
    expect({code: ended.code, says: words(ended)}).toMatchObject({
      code: 2,
      says: expect.stringContaining('the lab has no part redsi; did you mean redis?'),
    })
  })
})

describe('redis-master', () => {
  test('no look is healthy, a forced failover is the cure, and the score tells it', async () => {
    await at.good('lab up redis')
    const broken = await at.good('lab break redis-master --seed 7')
    expect(broken.stdout).toContain('redeye lab break redis-master --hint')
    expect((await at.redeye('redis check')).code).toBe(13)
    const open = await at.redeye('lab score')
    expect({code: open.code, says: words(open)}).toMatchObject({
      code: 13,
      says: expect.stringMatching(/not over, for .*: slots [\d-]+ have no master no run before that/),
    })
    expect(words(await at.good('lab status'))).toMatch(
      /broken on purpose: redis-master for .* have no master/,
    )
    const again = await at.redeye('lab break redis-master')
    expect({code: again.code, says: words(again)}).toMatchObject({
      code: 3,
      says: expect.stringContaining('redis-master is in force already'),
    })

    const [incident] = await incidents({stateDir: at.stateDir()})
    const slot = String(incident?.detail.slots).split('-')[0]
    await at.good(`redis force-failover --slot ${slot} --dry-run`)
    await at.good(['redis', 'force-failover', '--slot', slot ?? '', '--confirm', `slot ${slot}`])
    const score = await at.ended()
    expect(score).toMatchObject({name: 'redis-master', state: 'over', late: false})
    expect(score.says).toMatch(/^over .* later, after redis force-failover slot \d+$/)
    expect(score.runs).toMatchObject([{command: `redis force-failover slot ${slot}`, state: 'done'}])
    expect(score.runs[0]?.changedAfterMs).toBeLessThan(score.ms)
    await until(async () => (await at.score())[0]?.clients?.lost !== null, 15_000, 500)
    const {clients} = (await at.score())[0] ?? {}
    expect(clients?.failed).toBeGreaterThan(0)
    expect(clients?.longestMs).toBeGreaterThan(1000)
    expect(clients?.lost).toBeGreaterThanOrEqual(0)

    expect(words(await at.good('lab mend'))).toContain('redis-master was over; its traces are gone')
    await until(async () => (await at.redeye('redis check')).code === 0, 20_000, 500)
    await at.good('redis check')
  })
})
