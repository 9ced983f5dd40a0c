import {connect} from 'node:net'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {expect, test} from 'vitest'
import {BUSY, busy, WAITING, WAITS} from './busy.js'
import {desk} from './desk.js'
import {words} from './home.js'
import {openTerminal} from './terminal.js'

const at = desk()
const {connect: clients} = busy(at)

async function underway(command = WAITS) {
  const connected = await clients()
  const running = at.begin(command)
  await running.says(WAITING)
  const [run = ''] = await at.runs()
  return {running, run, connected}
}

/** What the log says, without its times, and without what it says now and then while a step waits. */
const events = (text: string) =>
  text
    .split('\n')
    .filter((line) => /^\d{4}-/.test(line) && !/step \S+ waits /.test(line))
    .map((line) => line.replace(/^\S+ /, '').replace(/\d+\.\ds/, 'Ns'))

test('a second person sees the same lines from the plan on, and the end with its exit code', async () => {
  const {running, run, connected} = await underway()
  const watching = at.begin(`runs tail ${run.slice(-4)}`, {env: {USER: 'bob'}})
  await watching.says(WAITING)
  connected.end()
  const [first, second] = await Promise.all([running.ended, watching.ended])
  expect(first.stdout).toContain('steps changed and verified')
  expect({code: second.code, stdout: second.stdout}).toEqual({code: 0, stdout: first.stdout})
  expect(events(second.stderr)).toEqual(events(first.stderr))
  expect(second.stderr).toContain(`watching run ${run}; Ctrl-C ends the watching, not the run`)
})

test('without a name it is the only run under way; none and several are said', async () => {
  const none = await at.redeye('runs tail')
  expect(none.code).toBe(2)
  expect(words(none)).toContain('no run is under way here')
  const {running, run, connected} = await underway()
  const watching = at.begin('runs tail')
  await watching.says(WAITING)
  expect(watching.stderr()).toContain(`watching run ${run}`)

  const other = at.begin('haproxy drain app/s2 --settle 200 --poll 50ms --timeout 50s --yes')
  await other.says('step 3/3 start')
  const several = await at.redeye('runs tail')
  expect(several.code).toBe(2)
  expect(words(several)).toContain('2 runs are under way: say which')
  expect(words(several)).toContain(`redeye runs tail ${run}`)
  other.child.kill('SIGINT')
  await other.ended
  connected.end()
  expect((await running.ended).code).toBe(0)
  expect((await watching.ended).code).toBe(0)
})

test('whoever watches is not noticed: neither when he leaves, nor when he does not read', async () => {
  const {running, run, connected} = await underway()
  const watching = at.begin(`runs tail ${run}`)
  await watching.says(WAITING)
  const deaf = connect(join(at.stateDir(), 'runs', run, 'steer.sock'))
  deaf.write(`${JSON.stringify({do: 'watch', by: 'eve'})}\n`)
  deaf.pause()
  watching.child.kill('SIGINT')
  expect((await watching.ended).code).toBe(0)
  connected.end()
  const {code, stderr} = await running.ended
  expect(code).toBe(0)
  expect(stderr).not.toMatch(/\beve\b|watching/)
  deaf.destroy()
})

test('--json gives the outcome; a run that is killed is said to be gone', async () => {
  const {running, run, connected} = await underway()
  const watching = at.begin(`runs tail ${run} --json --progress none`)
  const orphaned = at.begin(`runs tail ${run}`)
  await orphaned.says(WAITING)
  await watching.says('watching run')
  // It says so before it is there.
  await sleep(500)
  running.child.kill('SIGKILL')
  const ended = await orphaned.ended
  expect(ended.code).toBe(10)
  expect(words(ended)).toContain(`run ${run} is gone without an end: see redeye runs show ${run}`)
  expect(await watching.ended).toMatchObject({code: 10, stdout: ''})

  connected.end()
  const resumed = at.begin(`runs resume ${run} --yes --timeout 20s --hold-before nothing`)
  await resumed.ended
  const again = await at.redeye(`runs tail ${run}`)
  expect(again.code).toBe(2)
  expect(words(again)).toContain(`run ${run} cannot be watched: the run is not under way here`)
  expect((await at.redeye('runs tail nosuch')).code).toBe(2)
})

test('at a terminal it is the same screen', async () => {
  const {running, run, connected} = await underway()
  const terminal = openTerminal(`runs tail ${run}`, at.env())
  try {
    await terminal.shows(`wait until ${BUSY} is idle`)
    await terminal.shows('Ctrl-C ends the watching, not the run')
    expect(terminal.screen().join('\n')).not.toContain('Ctrl-C stops')
    connected.end()
    await terminal.shows(`run ${run}`)
    expect(await terminal.exit()).toBe(0)
    expect(terminal.cursor()).toBe(true)
    expect(terminal.screen().join('\n')).toContain('steps changed and verified')
  } finally {
    terminal.close()
  }
  const {code, stdout} = await running.ended
  expect(code).toBe(0)
  expect(stdout).toContain('steps changed and verified')
})
