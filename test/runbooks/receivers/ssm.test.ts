import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {type SsmNode, ssmNode, type UnitWays} from '../../../src/lib/lab/ssm-node.js'
import {type RestartInput, restart} from '../../../src/lib/runbooks/receivers/restart.js'
import {runningAws} from '../../lab/running-aws.js'
import {restartOf} from './inputs.js'
import {type Asked, operate, type Place, resume} from './operate.js'

const HOSTS = 12
const lab = runningAws()
let dir = ''
let nodes: SsmNode[] = []

const hostId = (at: number) => `rx-${String(at).padStart(3, '0')}`
const nodeId = (at: number) => `mi-${String(at).padStart(17, '0')}`
const place = (): Place => ({stateDir: dir, inventoryFile: join(dir, 'redeye.yaml'), env: lab().env})

/** A fleet whose hosts nobody could reach by SSH: they have no address that answers, and no pinned key. */
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rm-'))
  nodes = await Promise.all(
    Array.from({length: HOSTS}, (_, at) => ssmNode(join(dir, 'nodes', hostId(at)), 'receiver.service')),
  )
  const rows = nodes.map((_, at) => `${hostId(at)},127.0.0.1,1,site-${at % 6},${nodeId(at)}`)
  await writeFile(join(dir, 'hosts.csv'), ['id,address,port,site,ssm', ...rows, ''].join('\n'))
  await writeFile(
    join(dir, 'redeye.yaml'),
    'receivers:\n  world: {hosts: {file: hosts.csv}, service: receiver.service, ssm: {account: environment}}\n',
  )
  for (const [at, {env}] of nodes.entries()) {
    const {nodes: known, commands} = lab().overlays()
    known.set({InstanceId: nodeId(at), PingStatus: 'Online', PlatformType: 'Linux', AgentVersion: '3.2.1'})
    commands.ways(nodeId(at), {env})
  }
})
afterEach(() => rm(dir, {recursive: true, force: true}))

const asked = (more: Partial<RestartInput> = {}) =>
  restartOf(HOSTS, {
    ssm: {account: 'environment', column: 'ssm'},
    stableMs: 0,
    timeoutMs: 8000,
    waves: [{hosts: 1}, 'rest'],
    ...more,
  })
const run = (more: Partial<RestartInput> = {}, how: Asked = {}) => operate(place(), restart, asked(more), how)
const sent = () => lab().overlays().commands.sent()
const ill = async (at: number, ways: UnitWays) => {
  nodes[at] = await ssmNode(join(dir, 'nodes', hostId(at)), 'receiver.service', ways)
}
async function restarts(): Promise<{[times: number]: number}> {
  const counts: {[times: number]: number} = {}
  for (const node of nodes) {
    const times = await node.restarts()
    counts[times] = (counts[times] ?? 0) + 1
  }
  return counts
}

test('canary and waves: each host restarted once and verified, one command for those that begin together', async () => {
  const {outcome, plan} = await run({waves: [{hosts: 1}, {hosts: 5}, 'rest']})
  expect(outcome).toMatchObject({verdict: 'done', totals: {changed: HOSTS}})
  expect(outcome.steps[3]).toMatchObject({step: hostId(3), saw: 'restarted, active (running)'})
  expect(await restarts()).toEqual({1: HOSTS})
  expect(sent().map(({nodes: to, maxErrors}) => [to.length, maxErrors])).toEqual([
    [1, '0'],
    [5, '1'],
    [6, '1'],
  ])
  expect(plan?.steps).toHaveLength(HOSTS)
})

test('a dry run sends nothing', async () => {
  const {outcome} = await run({}, {mode: 'dry-run'})
  expect(outcome.verdict).toBe('planned')
  expect(sent()).toEqual([])
  expect(await restarts()).toEqual({0: HOSTS})
})

test('a canary that fails: nobody else is sent to', async () => {
  await ill(0, 'fails')
  const {outcome} = await run()
  expect(outcome).toMatchObject({verdict: 'partial', totals: {failed: 1, 'not-started': HOSTS - 1}})
  expect(outcome.steps[0]).toMatchObject({class: 'unit-failed'})
  expect(await restarts()).toEqual({0: HOSTS - 1, 1: 1})
})

describe('one host', () => {
  test.each([
    ['no-unit', 'failed', 'no-unit'],
    ['fails', 'failed', 'unit-failed'],
  ] as const)('%s', async (ways, state, kind) => {
    await ill(9, ways)
    const {outcome} = await run()
    expect(outcome).toMatchObject({verdict: 'tolerated', totals: {changed: HOSTS - 1}})
    expect(outcome.steps[9]).toMatchObject({state, class: kind})
  })

  test('that is away is out of reach and no failure; a resumed run sends to it alone', async () => {
    const {env} = nodes[9] ?? expect.unreachable()
    lab().overlays().commands.ways(nodeId(9), {detail: 'Delivery Timed Out'})
    const {outcome, run: id} = await run({retryUnreachable: 0})
    expect(outcome).toMatchObject({verdict: 'tolerated', totals: {changed: HOSTS - 1, unreachable: 1}})
    lab().overlays().commands.ways(nodeId(9), {env})
    const resumed = await resume(place(), restart, id, 'failed')
    expect(resumed.outcome).toMatchObject({verdict: 'done', totals: {changed: HOSTS}})
    expect(await restarts()).toEqual({1: HOSTS})
    expect(sent().at(-1)?.nodes).toEqual([nodeId(9)])
  })

  test('with --verify: what it says counts', async () => {
    const {outcome} = await run({verify: `test "$NODE" != "${join(dir, 'nodes', hostId(9))}"`})
    expect(outcome.steps[9]).toMatchObject({state: 'failed', class: 'verify'})
    expect(outcome.totals).toMatchObject({changed: HOSTS - 1})
  })
})

describe('guards', () => {
  test('hosts without a node, and nodes that nobody knows', async () => {
    const list = [`id,address,port,site,ssm`, `a,127.0.0.1,1,s,`, `b,127.0.0.1,1,s,mi-00000000000000099`, '']
    await writeFile(join(dir, 'hosts.csv'), list.join('\n'))
    const {outcome} = await run({hosts: 2, waves: [{hosts: 1}, 'rest']})
    expect(outcome.verdict).toBe('refused')
    const [refused] = outcome.findings.filter(({level}) => level === 'refuse')
    expect(refused).toMatchObject({
      id: 'nodes',
      saw: expect.stringMatching(/no node of 1 host: a; .*not know 1 host: b/),
    })
    expect(sent()).toEqual([])
  })

  test('agents that do not report are a warning', async () => {
    lab()
      .overlays()
      .nodes.set({InstanceId: nodeId(5), PingStatus: 'ConnectionLost'})
    const {outcome} = await run({}, {mode: 'dry-run'})
    expect(outcome.findings.find(({id}) => id === 'online')).toMatchObject({level: 'warn'})
  })
})

test('stopped at once in the second wave and resumed: every host restarted exactly once', async () => {
  const abort = new AbortController()
  const ending = run({stableMs: 1000}, {abort: abort.signal})
  while (sent().length < 2) await sleep(50)
  await sleep(300)
  abort.abort()
  const {outcome, run: id} = await ending
  expect(outcome.verdict).toBe('interrupted')
  expect(outcome.totals['in-doubt']).toBe(HOSTS - 1)
  const resumed = await resume(place(), restart, id)
  expect(resumed.outcome).toMatchObject({verdict: 'done', totals: {changed: HOSTS}})
  expect(await restarts()).toEqual({1: HOSTS})
})

test('the spread rule holds there too: a site is never out with more hosts than may be', async () => {
  const spread = {label: 'site', maxOutPercent: 50}
  const {outcome} = await run({spread})
  expect(outcome).toMatchObject({verdict: 'done', totals: {changed: HOSTS}})
  for (const {nodes: to} of sent()) {
    const sites = to.map((node) => Number(node.slice(3)) % 6)
    for (const site of new Set(sites))
      expect(sites.filter((one) => one === site).length).toBeLessThanOrEqual(2)
  }
})
