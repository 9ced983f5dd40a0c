import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterEach, describe, expect, test} from 'vitest'
import {type Recorder, startRecorder} from '../../src/lib/lab/recorder.js'
import {until} from '../../src/lib/lab/until.js'
import {dialUnix} from '../../src/lib/remote/local-socket.js'
import {masks} from '../runbooks/haproxy/states.js'
import {BUSY, busy, WAITING, WAITS} from './busy.js'
import {desk} from './desk.js'
import {openTerminal} from './terminal.js'

const at = desk()
const {connect} = busy(at)

const DRAINED = {lb1: 8, lb2: 8}

const tapes: Recorder[] = []
afterEach(async () => {
  const unused = tapes.flatMap((one) => one.unused())
  await Promise.all(tapes.splice(0).map((one) => one.stop()))
  expect(unused).toEqual([])
})

/** An inventory whose instances can be made slow. */
async function slowable(): Promise<{inventory: string; tapes: Recorder[]}> {
  const dir = at.home()
  for (const {name, places} of at.lab().instances)
    tapes.push(await startRecorder(join(dir, `${name}.sock`), dialUnix(places.socketPath)))
  const entries = at
    .lab()
    .instances.map(({name}) => `      - {name: ${name}, socket: 'unix:${dir}/${name}.sock'}\n`)
  const inventory = join(dir, 'slow.yaml')
  await writeFile(inventory, `haproxy:\n  web-lb:\n    instances:\n${entries.join('')}`)
  return {inventory, tapes}
}

describe('the first signal while it waits', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s: resumable', async (signal) => {
    const clients = await connect()
    const run = at.begin(WAITS)
    await run.says(WAITING)
    run.child.kill(signal)
    const {code, stdout} = await run.ended
    expect(code, stdout).toBe(8)
    const [id = ''] = await at.runs()
    expect(stdout).toContain('INTERRUPTED')
    expect(stdout).toContain(`\n  redeye runs resume ${id}\n  redeye runs undo ${id}\n`)
    expect(await masks(at.lab(), BUSY)).toEqual(DRAINED)
    expect(clients.closed()).toBe(0)
    const list = JSON.parse((await at.redeye('runs list --unfinished --json')).stdout)
    expect(list).toMatchObject([{run: id, state: 'interrupted'}])

    clients.end()
    const resumed = await at.redeye(`runs resume ${id} --yes`)
    expect(resumed, resumed.stderr).toMatchObject({code: 0})
    expect(await masks(at.lab(), BUSY)).toEqual(DRAINED)
    expect((await at.redeye(`runs undo ${id} --yes`)).code).toBe(0)
    await at.unchanged()
  })

  test('an interrupted run is undone without being resumed', async () => {
    await connect()
    const run = at.begin(WAITS)
    await run.says(WAITING)
    run.child.kill('SIGINT')
    expect((await run.ended).code).toBe(8)
    const [id = ''] = await at.runs()
    expect((await at.redeye(`runs undo ${id} --yes`)).code).toBe(0)
    await at.unchanged()
  })

  test('Ctrl-C at a terminal leaves its cursor', async () => {
    await connect()
    const screen = openTerminal(WAITS, at.env())
    try {
      await screen.shows('Ctrl-C stops after the current step')
      expect(screen.cursor()).toBe(false)
      screen.press('C-c')
      expect(await screen.exit()).toBe(8)
      expect(screen.screen().join('\n')).toMatch(
        /INTERRUPTED[\s\S]*redeye runs resume .*\n {2}redeye runs undo/,
      )
      expect(screen.cursor()).toBe(true)
      const written = screen.written()
      expect(written.lastIndexOf('\x1b[?25h')).toBeGreaterThan(written.lastIndexOf('\x1b[?25l'))
    } finally {
      screen.close()
    }
  })
})

describe('while a change is under way', () => {
  const DRAIN = 'haproxy drain app/s2 --yes --poll 50ms'
  const SET = 'lb2: set server app/s2 state drain'

  test('the first signal lets it end and starts nothing new', async () => {
    const {inventory, tapes} = await slowable()
    tapes[1]?.on(/state drain/, {delayMs: 1500})
    const run = at.begin(`${DRAIN} --inventory ${inventory}`)
    await run.says(`start ${SET}`)
    await until(() => tapes[1]?.commands.some((line) => line.includes('state drain')) ?? false, 20_000)
    run.child.kill('SIGINT')
    const {code, stderr} = await run.ended
    expect(code).toBe(8)
    expect(stderr).toMatch(/finishing the running step.* starting nothing new; Ctrl-C again aborts it/)
    expect(stderr).toMatch(new RegExp(`changed .*${SET}`))
    expect(stderr).not.toContain('start wait until')
    expect(await masks(at.lab(), 'app/s2')).toEqual(DRAINED)
    const [id = ''] = await at.runs()
    expect((await at.redeye(`runs undo ${id} --yes`)).code).toBe(0)
    await at.unchanged()
  })

  test('the second one aborts at once, and the step is in doubt', async () => {
    const {inventory, tapes} = await slowable()
    tapes[1]?.on(/state drain/, {delayMs: 4000})
    const run = at.begin(`${DRAIN} --inventory ${inventory}`)
    await run.says(`start ${SET}`)
    await until(() => tapes[1]?.commands.some((line) => line.includes('state drain')) ?? false, 20_000)
    run.child.kill('SIGINT')
    await run.says('finishing the running step')
    run.child.kill('SIGINT')
    const {code, stdout} = await run.ended
    expect(code, stdout).toBe(8)
    expect(stdout).toContain('in-doubt')
    // The answer was not waited for; the change that was sent takes hold later.
    expect(await masks(at.lab(), 'app/s2')).toEqual({lb1: 8, lb2: 0})
    const late = await until(async () => (await masks(at.lab(), 'app/s2')).lb2 === 8, 20_000)
    expect(late).toBe(true)
    const [id = ''] = await at.runs()

    const resumed = await at.redeye(`runs resume ${id} --yes`)
    expect(resumed, resumed.stderr).toMatchObject({code: 0})
    expect(await masks(at.lab(), 'app/s2')).toEqual(DRAINED)
    expect((await at.redeye(`runs undo ${id} --yes`)).code).toBe(0)
    await at.unchanged()
  })
})

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s before anything was asked: nothing was changed',
  async (signal) => {
    const {inventory, tapes} = await slowable()
    tapes[0]?.on(/show stat/, {delayMs: 4000})
    const run = at.begin(`haproxy drain app/s2 --yes --inventory ${inventory}`)
    await until(() => tapes[0]?.commands.some((line) => line.startsWith('show stat')) ?? false, 20_000)
    run.child.kill(signal)
    const {code, stdout} = await run.ended
    expect(code, stdout).toBe(4)
    expect(stdout).toContain('before the first change; nothing was changed')
    expect(await at.runs()).toEqual([])
    await at.unchanged()
  },
)
