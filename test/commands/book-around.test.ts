import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {describe, expect, test} from 'vitest'
import {datadogPeer} from '../announce/datadog-peer.js'
import {strictServer} from '../announce/strict-server.js'
import {BRING_BACK, bookDesk, TAKE_OUT} from './book-desk.js'
import {BUSY, busy, WAITING, WAITS} from './busy.js'
import {outcomeOf} from './fits.js'
import {words} from './home.js'

// Documents together with everything else that looks at runs.

const PRELOAD = fileURLToPath(new URL('kill-at.mjs', import.meta.url))
const WAIT = WAITS.replace(' --yes', '')

const at = bookDesk()
const {connect} = busy(at)

/** The lab's inventory, and these announcements. */
async function inventoryWith(...announcements: unknown[]): Promise<string> {
  const file = join(at.home(), 'redeye.yaml')
  const text = await readFile(at.lab().inventoryFile, 'utf8')
  await writeFile(file, `${text}\nannounce: ${JSON.stringify(announcements)}\n`)
  return file
}

describe('who is told', () => {
  async function room() {
    const datadog = await datadogPeer()
    const slack = await strictServer(() => ({status: 200, body: 'ok'}))
    const REDEYE_INVENTORY = await inventoryWith(
      {webhook: {env: 'HOOK'}},
      {datadog: {downtime: {scope: 'service:{target}'}}, systems: ['haproxy']},
    )
    const how = {env: {...datadog.env, HOOK: slack.url, REDEYE_INVENTORY}}
    const file = await at.document([TAKE_OUT, BRING_BACK])
    return {
      datadog,
      slack,
      run: (...more: string[]) => at.redeye(['book', 'run', file, '--yes', ...more], how),
    }
  }

  test('about the document, and about each of its commands with their step; the commands silence their own targets', async () => {
    const {datadog, slack, run} = await room()
    const ended = await run()
    expect(ended.code, words(ended)).toBe(0)
    const {0: whole} = await at.byStep()
    const texts = slack.asked.map(({body}) => (body as {text: string}).text)
    expect(texts.map((text) => text.split('\n')[0]?.replace(/\S+\/drill/, 'drill'))).toEqual([
      expect.stringMatching(/starts book run drill.md\*$/),
      expect.stringMatching(/starts haproxy drain app\/s2\*$/),
      expect.stringContaining('haproxy drain app/s2 has ended, done'),
      expect.stringMatching(/starts haproxy ready app\/s2\*$/),
      expect.stringContaining('haproxy ready app/s2 has ended, done'),
      expect.stringContaining('book run drill.md has ended, done'),
    ])
    expect(texts[1]).toContain(`step 1 of run ${whole}`)
    expect(datadog.downtimes).toMatchObject([
      {scope: 'service:web-lb', status: 'canceled'},
      {scope: 'service:web-lb', status: 'canceled'},
    ])
    expect(datadog.events.map(({title}) => title).join()).not.toContain('book run')
  })

  test('--no-announce tells nobody, about the commands neither', async () => {
    const {datadog, slack, run} = await room()
    expect((await run('--no-announce')).code).toBe(0)
    expect([slack.asked, datadog.asked]).toEqual([[], []])
  })

  test('--downtime holds from the first command to the last, and is the only one', async () => {
    const {datadog, run} = await room()
    const ended = await run('--downtime', 'host:web-2')
    expect(ended.code, words(ended)).toBe(0)
    expect(datadog.downtimes).toMatchObject([{scope: 'host:web-2', status: 'canceled'}])
    const kinds = datadog.asked.map(({method, path}) => `${method} ${path.split('/')[3]}`)
    expect([kinds[0], kinds.at(-1)]).toEqual(['POST downtime', 'DELETE downtime'])
    expect((await run('--downtime', 'service:{target}')).code).toBe(2)
  })
})

describe('while it runs', () => {
  async function underway() {
    const clients = await connect()
    const running = at.begin(['book', 'run', await at.document([WAIT, 'haproxy status app']), '--yes'])
    await running.says(WAITING)
    const {0: whole = '', 1: step = ''} = await at.byStep()
    return {clients, running, whole, step}
  }

  test('to watch it is to watch its commands too; the end is its own', async () => {
    const {clients, running, whole, step} = await underway()
    const watching = at.begin(`runs tail ${whole} --json`)
    await watching.says(WAITING)
    clients.end()
    expect((await running.ended).code).toBe(0)
    const ended = await watching.ended
    expect(outcomeOf(ended)).toMatchObject({runbook: 'book.run', run: whole, verdict: 'done'})
    expect(ended.stderr).toContain(`step 1 is run ${step}`)
    expect(ended.stderr).toContain(`wait until ${BUSY} is idle`)
  })

  test('paused, its running command begins nothing new; told to stop, both stop and are resumable', async () => {
    const {clients, running, whole, step} = await underway()
    expect((await at.redeye(`runs pause ${whole}`)).stdout).toContain('paused')
    await expect
      .poll(async () => words(await at.redeye(`runs show ${step}`)))
      .toContain('paused: what is in flight ends')
    expect((await at.redeye(`runs width 5 ${whole}`)).code).toBe(0)
    expect((await at.redeye(`runs continue ${whole}`)).code).toBe(0)
    expect((await at.redeye(`runs stop ${whole}`)).code).toBe(0)
    clients.end()
    expect((await running.ended).code).toBe(8)
    const resumed = await at.redeye(`runs resume ${whole} --yes`)
    expect(resumed.code, words(resumed)).toBe(0)
  })
})

describe('checks in a document', () => {
  test('all targets, and the footing of redeye: shown, and the document goes on', async () => {
    const file = await at.document(['check haproxy', 'doctor --offline', TAKE_OUT])
    const checked = await at.redeye(['book', 'check', file, '--json'])
    expect(outcomeOf(checked)).toMatchObject({verdict: 'healthy', runbook: 'book.check'})
    const dry = await at.redeye(['book', 'run', file, '--dry-run'])
    expect(dry.stdout).toContain('lb1: set server app/s2 state drain')
    // One of the lab's backends has no server.
    const ended = await at.redeye(['book', 'run', file, '--yes', '--json'])
    expect(outcomeOf(ended)).toMatchObject({runbook: 'book.run', exit: 13})
    expect(ended.stderr).toContain('1 target: 1 no')
    await at.unchanged()
    const looked = await at.redeye([
      'book',
      'run',
      await at.document(['doctor --offline']),
      '--yes',
      '--json',
    ])
    expect(outcomeOf(looked).runbook).toBe('book.run')
    expect(looked.stderr).toMatch(/\d+ questions: /)
  })

  test('one that does not end, or names no target, is a problem of the document', async () => {
    const file = await at.document(['check --watch 30s', 'check nowhere'])
    const {code, stdout} = await at.redeye(['book', 'run', file, '--yes'])
    expect(code).toBe(2)
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('--watch does not end: not in a document')
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('nowhere is neither a system nor a target')
  })
})

test('killed: the doctor names the document and not its steps, and its commands work', async () => {
  const file = await at.document([TAKE_OUT, BRING_BACK])
  const killed = await at.redeye(['book', 'run', file, '--yes'], {
    env: {NODE_OPTIONS: `--import=${PRELOAD}`, KILL_AT: 'synced:6'},
  })
  expect(killed.signal).toBe('SIGKILL')
  const {0: whole, 1: step} = await at.byStep()
  const {next, findings} = outcomeOf(await at.redeye('doctor --offline --json'))
  const runs = findings.filter(({id}) => id === 'runs/unfinished')
  expect(runs.map(({clear}) => clear)).toEqual([`redeye runs resume ${whole}\nredeye runs undo ${whole}`])
  expect(next.join()).not.toContain(step)
  const undone = await at.redeye(`runs undo ${whole} --yes`)
  expect(undone.code, words(undone)).toBe(0)
})

test('a list that is short still has the document above its steps', async () => {
  const file = await at.document(['haproxy status app', TAKE_OUT, BRING_BACK])
  expect((await at.redeye(['book', 'run', file, '--yes'])).code).toBe(0)
  const listed = JSON.parse((await at.redeye('runs list --limit 1 --json')).stdout)
  expect(listed.map(({step}: {step: string}) => step)).toEqual(['', '2', '3'])
})
