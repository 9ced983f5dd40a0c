import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {type TcpClients, tcpClients} from '../runbooks/haproxy/clients.js'
import {masks, raw, type States, states} from '../runbooks/haproxy/states.js'
import {desk} from './desk.js'
import {openTerminal, type Terminal} from './terminal.js'

const at = desk()

let before: States = {}
let terminals: Terminal[] = []
let clients: TcpClients | undefined
beforeEach(async () => {
  before = await states(at.lab())
})
afterEach(() => {
  for (const one of terminals) one.close()
  terminals = []
  clients?.end()
  clients = undefined
})

function terminal(command: string): Terminal {
  const opened = openTerminal(command, at.env())
  terminals.push(opened)
  return opened
}

/** Not confirmed: the servers are as they were, and there is no run. */
async function nothingHappened(): Promise<void> {
  expect(await states(at.lab())).toEqual(before)
  expect(await at.runs()).toEqual([])
}

/** A server that is drained and still has sessions: cutting them is what there is to say no to. */
async function drainedWithSessions(): Promise<void> {
  const [lb1] = at.lab().instances
  clients = await tcpClients(lb1?.places.tcpPort ?? 0, 4)
  await raw(at.lab(), 'set server tcpapp/s2 state drain')
  before = await states(at.lab())
}

const CHANGE = 'haproxy drain app/s2 --poll 50ms'
const CUT = 'haproxy kill-sessions tcpapp/s2'
const OVERRIDE = 'haproxy drain one/s1 --override last-server --override capacity --reason drill'

describe('at a terminal', () => {
  test.each([
    ['n', ['n', 'Enter']],
    ['Enter', ['Enter']],
    ['Ctrl-C', ['C-c']],
    ['Ctrl-D', ['C-d']],
    ['something else', ['yep', 'Enter']],
  ])('%s to a plain question', async (_, keys) => {
    const screen = terminal(CHANGE)
    await screen.shows('Go ahead? [y/N]')
    screen.press(...keys)
    expect(await screen.exit()).toBe(4)
    expect(screen.screen().join('\n')).toMatch(
      /NOT CONFIRMED {2}haproxy drain app\/s2\n.*nothing was changed/,
    )
    expect(screen.cursor()).toBe(true)
    await nothingHappened()
  })

  test.each([
    ['another name', ['tcpapp/s1', 'Enter']],
    ['y', ['y', 'Enter']],
    ['Enter', ['Enter']],
    ['Ctrl-C', ['C-c']],
    ['Ctrl-D', ['C-d']],
  ])('%s to a question for the name', async (_, keys) => {
    await drainedWithSessions()
    const screen = terminal(CUT)
    await screen.shows('Type tcpapp/s2 to go ahead:')
    screen.press(...keys)
    expect(await screen.exit()).toBe(4)
    expect(clients?.closed()).toBe(0)
    await nothingHappened()
  })

  test('an overridden guard makes a plain change ask for the name', async () => {
    const screen = terminal(OVERRIDE)
    await screen.shows('Type one/s1 to go ahead:')
    screen.press('y', 'Enter')
    expect(await screen.exit()).toBe(4)
    await nothingHappened()
  })

  test.each(['SIGTERM', 'SIGHUP'] as const)('%s at a question', async (signal) => {
    const screen = terminal(CHANGE)
    await screen.shows('Go ahead? [y/N]')
    process.kill(screen.pid(), signal)
    expect(await screen.exit()).toBe(4)
    await nothingHappened()
  })
})

describe('without a terminal', () => {
  test.each([
    ['nothing is said', CHANGE, {}, 'pass --yes'],
    ['y is piped in', CHANGE, {input: 'y\ny\ny\n'}, 'pass --yes'],
    [
      'the confirmation is a wrong text',
      `${CHANGE} --confirm app/s1`,
      {},
      "'app/s1' is neither app/s2 nor the code of this plan (",
    ],
    ['a guard is overridden with --yes', `${OVERRIDE} --yes`, {}, 'pass --confirm one/s1'],
  ])('%s', async (_, command, how, says) => {
    const {code, stdout} = await at.redeye(command, how)
    expect(code).toBe(4)
    expect(stdout.replace(/\s+/g, ' ')).toContain(says)
    await nothingHappened()
  })

  test.each([
    ['--yes', `${CUT} --yes`, {}],
    ['its name is piped in', CUT, {input: 'tcpapp/s2\n'}],
    ['another name is given', `${CUT} --confirm tcpapp/s1`, {}],
  ])('cutting sessions with %s', async (_, command, how) => {
    await drainedWithSessions()
    expect((await at.redeye(command, how)).code).toBe(4)
    expect(clients?.closed()).toBe(0)
    await nothingHappened()
  })
})

describe('when it does not become idle', () => {
  const BUSY = 'haproxy drain tcpapp/s2 --yes --timeout 300ms --poll 50ms --settle 2'
  const QUESTION = 's[t]op and leave it? (undo)'
  const DRAINED = {lb1: 8, lb2: 8}

  async function asked(): Promise<Terminal> {
    const [lb1] = at.lab().instances
    clients = await tcpClients(lb1?.places.tcpPort ?? 0, 4)
    const screen = terminal(BUSY)
    await screen.shows(QUESTION)
    expect(await masks(at.lab(), 'tcpapp/s2')).toEqual(DRAINED)
    return screen
  }

  test.each([
    ['u', ['u', 'Enter']],
    ['Enter', ['Enter']],
    ['Ctrl-C', ['C-c']],
    ['Ctrl-D', ['C-d']],
  ])('%s puts it back', async (_, keys) => {
    const screen = await asked()
    screen.press(...keys)
    expect(await screen.exit()).toBe(5)
    expect(screen.screen().join('\n')).toContain('FAILED, UNDONE')
    expect(clients?.closed()).toBe(0)
    expect(await states(at.lab())).toEqual(before)
  })

  test('an answer it does not know is no answer', async () => {
    const screen = await asked()
    screen.press('x', 'Enter')
    await screen.shows(/(leave it\? \(undo\)[\s\S]*){2}/)
    screen.press('undo', 'Enter')
    expect(await screen.exit()).toBe(5)
    expect(await states(at.lab())).toEqual(before)
  })

  test.each(['SIGTERM', 'SIGHUP'] as const)('%s at the question puts it back', async (signal) => {
    const screen = await asked()
    process.kill(screen.pid(), signal)
    expect(await screen.exit()).toBe(5)
    expect(await states(at.lab())).toEqual(before)
  })

  test.each([
    ['t', 6, 'FAILED, LEFT PART-WAY'],
    ['s', 11, 'FINISHED WITH FAILURES'],
  ])('%s leaves it drained, and cuts nobody', async (key, code, verdict) => {
    const screen = await asked()
    screen.press(key, 'Enter')
    expect(await screen.exit()).toBe(code)
    expect(screen.screen().join('\n')).toContain(verdict)
    expect(await masks(at.lab(), 'tcpapp/s2')).toEqual(DRAINED)
    expect(clients?.closed()).toBe(0)
    const [run] = await at.runs()
    expect((await at.redeye(`runs undo ${run} --yes`)).code).toBe(0)
    expect(await states(at.lab())).toEqual(before)
  })

  test('r waits once more', async () => {
    const screen = await asked()
    clients?.end()
    screen.press('r', 'Enter')
    expect(await screen.exit()).toBe(0)
    expect(await masks(at.lab(), 'tcpapp/s2')).toEqual(DRAINED)
  })

  test('nobody there to ask: it is undone', async () => {
    const [lb1] = at.lab().instances
    clients = await tcpClients(lb1?.places.tcpPort ?? 0, 4)
    expect((await at.redeye(BUSY, {input: 's\n'})).code).toBe(5)
    expect(await states(at.lab())).toEqual(before)
  })
})
