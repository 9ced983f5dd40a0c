import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {azureDesk, killedAt, RESTART} from './azure-desk.js'
import {words} from './home.js'

const at = azureDesk()

describe('killed during a restart', () => {
  const LINES = ['began', 'applying', 'learned', 'learned', 'settled', 'settled', 'ended']

  test('an undisturbed one writes exactly these lines', async () => {
    const ended = await at.redeye(RESTART)
    expect(ended, words(ended)).toMatchObject({code: 0})
    expect(await at.journal(await at.onlyRun())).toEqual(LINES)
  })

  test.each([
    ['nothing was sent', 'synced:2'],
    ['5: after the 202', 'synced:4'],
    ['after the 202, before it was written down', 'append:4'],
    ['when it was seen done', 'append:5'],
    ['before its last line', 'append:7'],
  ])('%s (%s): the resumed run ends well, and Azure saw exactly one POST', async (_, point) => {
    await at.control().set({operationMs: 150})
    const killed = await at.redeye(RESTART, killedAt(point))
    expect(killed.signal).toBe('SIGKILL')
    const run = await at.onlyRun()
    const resumed = await at.redeye(`runs resume ${run} --confirm web-1`)
    expect(resumed, words(resumed)).toMatchObject({code: 0})
    expect(await at.posts()).toHaveLength(1)
    expect(await at.bootId()).not.toBe('boot-web-1-0')
  })

  test('between the line that says so and the sending: in doubt, and not sent by guessing', async () => {
    expect((await at.redeye(RESTART, killedAt('synced:3'))).signal).toBe('SIGKILL')
    const resumed = await at.redeye(`runs resume ${await at.onlyRun()} --confirm web-1`)
    expect(resumed, words(resumed)).toMatchObject({code: 6})
    expect(words(resumed)).toContain('it is not sent again')
    expect(await at.posts()).toEqual([])
  })
})

test('killed while it is deallocated: undo starts it again, and so does a resumed run', async () => {
  const CYCLE = 'azure vm cycle web-1 --confirm web-1'
  const killed = await at.redeye(CYCLE, killedAt('append:5'))
  expect(killed.signal).toBe('SIGKILL')
  expect(await at.power()).toBe('deallocated')
  const run = await at.onlyRun()
  const undone = await at.redeye(`runs undo ${run} --yes`)
  expect(undone, words(undone)).toMatchObject({code: 0})
  expect(await at.power()).toBe('running')

  const before = await at.runs()
  expect((await at.redeye(CYCLE, killedAt('append:5'))).signal).toBe('SIGKILL')
  // Ids of the same second have no order.
  const second = (await at.runs()).find((one) => !before.includes(one)) ?? ''
  const resumed = await at.redeye(`runs resume ${second} --confirm web-1`)
  expect(resumed, words(resumed)).toMatchObject({code: 0})
  expect(await at.power()).toBe('running')
  const starts = (await at.posts()).filter(({path}) => path.endsWith('/start'))
  expect(starts).toHaveLength(2)
})

test('Ctrl-C lets the restart end and be seen, and starts nothing new', async () => {
  await at.control().set({operationMs: 1000})
  const running = at.begin(RESTART, {env: at.lab().env})
  await running.says('Azure has taken it')
  running.child.kill('SIGINT')
  const ended = await running.ended
  expect(ended, words(ended)).toMatchObject({code: 8})
  expect(words(ended)).toContain('redeye runs resume')
  const resumed = await at.redeye(`runs resume ${await at.onlyRun()} --confirm web-1`)
  expect(resumed, words(resumed)).toMatchObject({code: 0})
  expect(await at.posts()).toHaveLength(1)
})

test('a run is not resumed with an inventory that lacks its target', async () => {
  expect((await at.redeye(RESTART, killedAt('synced:4'))).signal).toBe('SIGKILL')
  const file = join(at.home(), 'other.yaml')
  await writeFile(file, `azure: {other: {subscription: ${at.lab().subscription}}}\n`)
  const ended = await at.redeye(`runs resume ${await at.onlyRun()} --confirm web-1 --inventory ${file}`)
  expect(ended, words(ended)).toMatchObject({code: 2})
  expect(words(ended)).toContain('has no azure target lab')
})
