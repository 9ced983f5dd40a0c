import {afterEach, expect, test} from 'vitest'
import {masks} from '../runbooks/haproxy/states.js'
import {bookDesk, OTHER_OUT, TAKE_OUT} from './book-desk.js'
import {openTerminal, type Terminal} from './terminal.js'

const at = bookDesk()

const DRAINED = {lb1: 8, lb2: 8}
const READY = {lb1: 0, lb2: 0}
const QUESTION = 'Run it? [y]es, [s]kip it, [q]uit:'

let open: Terminal[] = []
afterEach(() => {
  for (const one of open) one.close()
  open = []
})

function terminal(args: string[], size?: {columns: number; rows: number}): Terminal {
  const opened = openTerminal(args, at.env(), size)
  open.push(opened)
  return opened
}

const PAUSE = 'Enter plans this step, [s]kip it, [q]uit:'

/** Waits until this is asked for the nth time, and reads on where there is something to read before. */
async function asked(screen: Terminal, nth: number, text = QUESTION): Promise<void> {
  let read = 0
  await expect
    .poll(
      () => {
        const shown = screen.paragraphs()
        const pauses = shown.filter((line) => line.trimEnd() === PAUSE).length
        if (text !== PAUSE && shown.at(-1) === PAUSE && pauses > read) {
          read = pauses
          screen.press('Enter')
        }
        return shown.join('\n').split(text).length - 1
      },
      {timeout: 30_000, interval: 100},
    )
    .toBeGreaterThanOrEqual(nth)
}

test('prose is shown, a variable is asked for once, Enter is no answer, and a step can be skipped', async () => {
  const front = 'vars:\n  server: {type: string, ask: "Which server goes out?"}'
  const file = await at.document(['haproxy drain {{server}} --poll 50ms --settle 2', OTHER_OUT], front)
  const screen = terminal(['book', 'run', file])
  await screen.shows('Which server goes out?')
  screen.press('app/s2', 'Enter')
  await asked(screen, 1)
  expect(screen.paragraphs().join('\n')).toContain('Part 1.')
  screen.press('Enter')
  await asked(screen, 2)
  expect(await masks(at.lab(), 'app/s2')).toEqual(READY)
  screen.press('s', 'Enter')
  await asked(screen, 3)
  screen.press('y', 'Enter')
  expect(await screen.exit()).toBe(11)
  const text = screen.paragraphs().join('\n')
  expect(text).toContain('step 1 skipped: you skipped it')
  expect(text).toMatch(/\n {2}redeye runs undo \S+/)
  expect(await masks(at.lab(), 'app/s2')).toEqual(READY)
  expect(await masks(at.lab(), 'weighted/s1')).toEqual(DRAINED)
  expect(screen.cursor()).toBe(true)
})

test.each([
  ['q', ['q', 'Enter']],
  ['Ctrl-C', ['C-c']],
  ['Ctrl-D', ['C-d']],
])('%s at the second question: what was done stays, and the run goes on later', async (_, keys) => {
  const file = await at.document([TAKE_OUT, OTHER_OUT])
  const screen = terminal(['book', 'run', file])
  await asked(screen, 1)
  screen.press('y', 'Enter')
  await asked(screen, 2)
  screen.press(...keys)
  expect(await screen.exit()).toBe(8)
  expect(await masks(at.lab(), 'app/s2')).toEqual(DRAINED)
  expect(await masks(at.lab(), 'weighted/s1')).toEqual(READY)
  const {0: run} = await at.byStep()
  expect(screen.paragraphs().join('\n')).toContain(`\n  redeye runs resume ${run}\n  redeye runs undo ${run}`)

  const resumed = await at.redeye(`runs resume ${run} --yes`)
  expect(resumed.code, resumed.stderr).toBe(0)
  expect(resumed.stderr).toContain('step 1 was done before: redeye haproxy drain app/s2')
  expect(await masks(at.lab(), 'weighted/s1')).toEqual(DRAINED)
})

test.each([
  ['q', ['q', 'Enter']],
  ['Ctrl-C', ['C-c']],
])('no (%s) at the first question changes nothing', async (_, keys) => {
  const file = await at.document([TAKE_OUT, OTHER_OUT])
  const screen = terminal(['book', 'run', file])
  await asked(screen, 1)
  screen.press(...keys)
  expect(await screen.exit()).toBe(8)
  await at.unchanged()
})

test('what stands before a command can be read before it is planned; it can be left out, or all of it', async () => {
  const file = await at.document([TAKE_OUT, OTHER_OUT])
  const screen = terminal(['book', 'run', file])
  await asked(screen, 1, PAUSE)
  expect(screen.paragraphs().join('\n')).not.toContain('Drain app/s2')
  screen.press('s', 'Enter')
  await asked(screen, 2, PAUSE)
  screen.press('q', 'Enter')
  expect(await screen.exit()).toBe(8)
  await at.unchanged()
})

test('what can disrupt wants its name typed, and anything else is no answer', async () => {
  const file = await at.document(['haproxy maint weighted/s1 --now'])
  const screen = terminal(['book', 'run', file])
  await asked(screen, 1, 'Type weighted/s1 to run it, skip, or quit:')
  for (const wrong of ['y', 'weighted/s3', 'yes']) screen.press(wrong, 'Enter')
  await at.unchanged()
  screen.press('weighted/s1', 'Enter')
  expect(await screen.exit()).toBe(0)
  expect(await masks(at.lab(), 'weighted/s1')).toEqual({lb1: 1, lb2: 1})
})

test('Ctrl-C while a command runs: it finishes its step, and the document is resumable with it', async () => {
  const file = await at.document(['haproxy drain app/s2 --poll 50ms --settle 100', OTHER_OUT])
  const screen = terminal(['book', 'run', file, '--yes'])
  await screen.shows(/running for \ds|waits/)
  screen.press('C-c')
  expect(await screen.exit()).toBe(8)
  expect(screen.cursor()).toBe(true)
  const {0: run, 1: child} = await at.byStep()
  const list = JSON.parse((await at.redeye('runs list --unfinished --json')).stdout)
  expect(list.map(({run: id, state}: {run: string; state: string}) => [id, state])).toEqual([
    [run, 'interrupted'],
    [child, 'interrupted'],
  ])
  const undone = await at.redeye(`runs undo ${run} --yes`)
  expect(undone.code, undone.stderr).toBe(0)
  await at.unchanged()
})

test('a check that says no asks: skipping it goes on', async () => {
  const file = await at.document(['haproxy check', TAKE_OUT])
  const screen = terminal(['book', 'run', file, '--yes'])
  await screen.shows('[s]kip this step')
  screen.press('s', 'Enter')
  expect(await screen.exit()).toBe(11)
  expect(await masks(at.lab(), 'app/s2')).toEqual(DRAINED)
})

test('at 60 columns nothing is wider than the screen', async () => {
  const file = await at.document([TAKE_OUT])
  const screen = terminal(['book', 'run', file], {columns: 60, rows: 15})
  await asked(screen, 1)
  for (const line of screen.paragraphs()) expect(line.length, line).toBeLessThanOrEqual(60)
  screen.press('q', 'Enter')
  expect(await screen.exit()).toBe(8)
})
