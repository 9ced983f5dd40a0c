import {chmod, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {beforeEach, describe, expect, test} from 'vitest'
import {freePort} from '../../src/lib/lab/free-port.js'
import {until} from '../../src/lib/lab/until.js'
import {type DatadogPeer, datadogPeer} from '../announce/datadog-peer.js'
import {strictServer} from '../announce/strict-server.js'
import {BUSY, busy, WAITING, WAITS} from './busy.js'
import {desk} from './desk.js'
import {words} from './home.js'

const DRAIN = 'haproxy drain app/s2 --yes --poll 50ms --settle 1'
const SCOPE = 'service:{target}'

const at = desk()
const {connect} = busy(at)
let inventory = ''
let datadog: DatadogPeer

beforeEach(async () => {
  inventory = join(at.home(), 'redeye.yaml')
  datadog = await datadogPeer()
})

/** The lab's inventory, and these announcements. */
async function announce(...announcements: unknown[]): Promise<void> {
  const text = await readFile(at.lab().inventoryFile, 'utf8')
  await writeFile(inventory, `${text}\nannounce: ${JSON.stringify(announcements)}\n`)
}

const how = () => ({env: {...datadog.env, REDEYE_INVENTORY: inventory}})
const redeye = (command: string) => at.redeye(command, how())
const titles = () => datadog.events.map(({title}) => title.replace(/.*@\S+ /, ''))

test('start and end go to a webhook, to Datadog and to a program; a dry run tells nobody', async () => {
  const slack = await strictServer(({method, path}) =>
    method === 'POST' && path === '/services/T0/B0/secret' ? {status: 200, body: 'ok'} : undefined,
  )
  const [heard, secret] = [join(at.home(), 'heard'), join(at.home(), 'url')]
  await writeFile(secret, `${slack.url}/services/T0/B0/secret`, {mode: 0o600})
  await announce(
    {webhook: {file: secret}},
    {datadog: {tags: ['team:edge'], downtime: {scope: SCOPE}}},
    {cmd: ['sh', '-c', `cat >> ${heard}; echo "$REDEYE_MOMENT" >> ${heard}`]},
  )
  expect((await redeye(`${DRAIN} --dry-run`)).code).toBe(0)
  expect([slack.asked, datadog.asked]).toEqual([[], []])

  const ended = await at.redeye(
    [...DRAIN.split(' '), '--reason', 'kernel <!here>', '--ticket', 'OPS-17'],
    how(),
  )
  expect(ended.code, words(ended)).toBe(0)
  const [run = ''] = await at.runs()
  const texts = slack.asked.map(({body}) => (body as {text: string}).text)
  expect(texts).toEqual([
    expect.stringMatching(
      new RegExp(
        `^:arrow_forward: \\*ana@\\S+ starts haproxy drain app/s2\\*\nrun ${run}, 3 steps\nreason: kernel &lt;!here&gt;\nticket: OPS-17$`,
      ),
    ),
    expect.stringMatching(/^:white_check_mark: \*haproxy drain app\/s2 has ended, done: 2 steps changed/),
  ])
  expect(titles()).toEqual([
    'starts haproxy drain app/s2',
    'haproxy drain app/s2 has ended, done: 2 steps changed and verified',
  ])
  expect(datadog.events[1]).toMatchObject({
    alert_type: 'success',
    aggregation_key: run,
    tags: ['team:edge', `redeye_run:${run}`, 'runbook:haproxy.drain', 'system:haproxy'],
  })
  expect(datadog.downtimes).toMatchObject([{scope: 'service:web-lb', status: 'canceled'}])
  // Silence before the first word, until after the last.
  expect(datadog.asked.map(({method, path}) => `${method} ${path.split('/')[3]}`)).toEqual([
    'POST downtime',
    'POST events',
    'POST events',
    'DELETE downtime',
  ])
  const lines = (await readFile(heard, 'utf8')).trim().split('\n')
  expect(lines.filter((line) => !line.startsWith('{'))).toEqual(['start', 'end'])
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    moment: 'start',
    run,
    subject: 'app/s2',
    reason: 'kernel <!here>',
  })
  expect(words(ended)).not.toContain('secret')
  expect(words(await redeye(`runs show ${run}`))).toContain('Datadog: the downtime is over')
})

test('who cannot be told is a warning; the run goes on', async () => {
  const slack = await strictServer(() => ({status: 404, body: 'no_service'}))
  await announce(
    {webhook: {env: 'HOOK'}},
    {webhook: {env: 'UNSET'}},
    {datadog: {downtime: {scope: SCOPE}}},
    {cmd: ['false']},
    {cmd: ['/nowhere/program']},
  )
  const ended = await at.redeye(DRAIN, {
    env: {...how().env, HOOK: `${slack.url}/hook`, DATADOG_HOST: `http://127.0.0.1:${await freePort()}`},
  })
  expect(ended.code).toBe(0)
  const said = words(ended)
  expect(said).toContain(
    'the webhook could not be told about the start of the run: it answered with status 404 (no_service)',
  )
  expect(said).toContain('the environment variable UNSET is not set')
  expect(said).toContain('there is no downtime, monitors may alert: POST http://127.0.0.1:')
  expect(said).toContain('false could not be told about the end of the run: it ended with 1')
  expect(said).toContain('no such program was found')
})

test('a listener that never answers costs its time limit and no more', async () => {
  const mute = await strictServer(() => ({status: 200}))
  await announce(
    {cmd: ['sleep', '60'], on: ['start']},
    {webhook: {env: 'HOOK'}, on: ['end'], systems: ['redis']},
  )
  const began = Date.now()
  const ended = await at.redeye(DRAIN, {env: {...how().env, HOOK: mute.url}})
  expect(ended.code).toBe(0)
  expect(Date.now() - began).toBeLessThan(15_000)
  expect(words(ended)).toContain('sleep could not be told about the start of the run')
  expect(mute.asked).toEqual([])
})

test('a failure is told when it happens, before the run ends', async () => {
  await announce({datadog: {}})
  const clients = await connect()
  const ended = await redeye(
    `haproxy drain ${BUSY} --yes --poll 50ms --settle 2 --timeout 1s --on-timeout undo`,
  )
  expect(ended.code).toBe(5)
  expect(titles()).toEqual([
    `starts haproxy drain ${BUSY}`,
    expect.stringContaining(`haproxy drain ${BUSY} has a failure: `),
    expect.stringContaining(`haproxy drain ${BUSY} has ended, undone: `),
  ])
  clients.end()
})

test('--no-announce tells nobody; --downtime silences for this run alone', async () => {
  await announce({datadog: {downtime: {scope: SCOPE}}})
  expect((await redeye(`${DRAIN} --no-announce`)).code).toBe(0)
  expect(datadog.asked).toEqual([])
  expect((await redeye('haproxy ready app/s2 --yes --no-announce --downtime host:web-2')).code).toBe(0)
  expect(datadog.downtimes).toMatchObject([{scope: 'host:web-2', status: 'canceled'}])
  expect(datadog.events).toEqual([])
})

test.each([
  ["--downtime '*'", 'everything is never silenced'],
  ['--downtime host:a', 'DD_API_KEY and DD_APP_KEY must be set'],
])('%s without what it needs is a usage error, before anything is done', async (flag, says) => {
  const ended = await at.redeye([
    'haproxy',
    'drain',
    'app/s2',
    '--yes',
    ...flag.replaceAll("'", '').split(' '),
  ])
  expect(ended.code).toBe(2)
  expect(words(ended)).toContain(says)
  await at.unchanged()
})

describe('the downtime is closed', () => {
  test('after Ctrl-C', async () => {
    await announce({datadog: {downtime: {scope: SCOPE}}})
    const clients = await connect()
    const running = at.begin(WAITS, how())
    await running.says(WAITING)
    expect(datadog.downtimes).toMatchObject([{status: 'active'}])
    running.child.kill('SIGINT')
    expect((await running.ended).code).toBe(8)
    expect(datadog.downtimes).toMatchObject([{status: 'canceled'}])
    expect(titles().at(-1)).toContain('has ended, interrupted')
    clients.end()
  })

  test('after kill -9 by its end, and by the resume', async () => {
    await announce({datadog: {downtime: {scope: SCOPE, for: '10m'}}})
    const clients = await connect()
    const running = at.begin(WAITS, how())
    await running.says(WAITING)
    running.child.kill('SIGKILL')
    await running.ended
    const [{ends, status} = {ends: [], status: ''}] = datadog.downtimes
    expect(status).toBe('active')
    expect(Date.parse(ends[0] ?? '') - Date.now()).toBeLessThanOrEqual(600_000)

    clients.end()
    expect(await until(async () => datadog.downtimes.length === 1, 1000)).toBe(true)
    const [run = ''] = await at.runs()
    const resumed = await redeye(`runs resume ${run} --yes`)
    expect(resumed.code, words(resumed)).toBe(0)
    expect(datadog.downtimes.map((one) => one.status)).toEqual(['canceled', 'canceled'])
    expect(titles()).toEqual([
      `starts haproxy drain ${BUSY}`,
      `goes on with haproxy drain ${BUSY}`,
      expect.stringContaining('has ended, done'),
    ])
  })
})

test('after kill -9 and an undo no downtime is left either', async () => {
  await announce({datadog: {downtime: {scope: SCOPE}}})
  const clients = await connect()
  const running = at.begin(WAITS, how())
  await running.says(WAITING)
  running.child.kill('SIGKILL')
  await running.ended
  clients.end()
  const [run = ''] = await at.runs()
  const undone = await redeye(`runs undo ${run} --yes`)
  expect(undone.code, words(undone)).toBe(0)
  expect(datadog.downtimes.map((one) => one.status)).toEqual(['canceled', 'canceled'])
})

test('the commands of a document tell nobody when the document does not', async () => {
  await announce({datadog: {}})
  const file = join(at.home(), 'drill.md')
  await writeFile(file, `\`\`\`redeye\nhaproxy drain app/s2 --poll 50ms --settle 1\n\`\`\`\n`)
  const quiet = await redeye(`book run ${file} --yes --no-announce`)
  expect(quiet.code, words(quiet)).toBe(0)
  expect(datadog.asked).toEqual([])
  await redeye('haproxy ready app/s2 --yes --no-announce --watch 100ms')
  expect((await redeye(`book run ${file} --yes`)).code).toBe(0)
  expect(titles().filter((title) => title.includes('starts'))).toEqual([
    expect.stringContaining('starts book run'),
    'starts haproxy drain app/s2',
  ])
})

test('an inventory that only lies in the directory runs no program', async () => {
  await announce({cmd: ['touch', join(at.home(), 'ran')]})
  await chmod(inventory, 0o600)
  const ended = await at.redeye(DRAIN, {cwd: at.home(), env: {...datadog.env, REDEYE_INVENTORY: ''}})
  expect(ended.code).toBe(2)
  expect(words(ended)).toContain('runs a program')
  await at.unchanged()
})
