import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {raw} from '../runbooks/haproxy/states.js'
import {BUSY, busy, WAITING, WAITS} from './busy.js'
import {desk} from './desk.js'
import {oneValue, outcomeOf} from './fits.js'

const at = desk()
const {connect} = busy(at)

const DRAIN = 'haproxy drain app/s2 --poll 50ms --json'

describe('one outcome that fits its schema and the exit code', () => {
  test('done, and undone by its run id', async () => {
    const done = outcomeOf(await at.redeye(`${DRAIN} --yes`))
    expect(done).toMatchObject({verdict: 'done', exit: 0, runbook: 'haproxy.drain', subject: 'app/s2'})
    expect(done).toMatchObject({totals: {all: 3, changed: 2}, plan: {dryRun: false}})
    expect(done.next).toEqual([`redeye runs undo ${done.run}`])
    expect(outcomeOf(await at.redeye(`${DRAIN} --yes`))).toMatchObject({verdict: 'nothing', exit: 0})
    expect(outcomeOf(await at.redeye(`runs resume ${done.run} --json`))).toMatchObject({verdict: 'nothing'})
    expect(outcomeOf(await at.redeye(`runs undo ${done.run} --yes --json`))).toMatchObject({verdict: 'done'})
    await at.unchanged()
  })

  test.each([
    ['planned', `${DRAIN} --dry-run`, 0],
    ['unhealthy', 'haproxy check --json', 13],
    ['unhealthy', 'check --json', 13],
    ['usage', 'check nowhere --json', 2],
    ['refused', 'haproxy drain one/s1 --yes --json', 3],
    ['declined', DRAIN, 4],
    ['declined', 'locks break xxxx --reason x --json', 2],
    ['usage', `${DRAIN} --nonsense`, 2],
    ['usage', `${DRAIN} --timeout 5`, 2],
    ['usage', 'haproxy drain --json', 2],
    ['usage', 'haproxy drain app;x/s2 --json', 2],
    ['usage', 'haproxy drain app/s2 --group nowhere --json', 2],
    ['usage', 'haproxy drane app/s2 --json', 2],
    ['usage', 'haproxy status nowhere --json', 2],
    ['usage', 'runs show nothing --json', 2],
    ['usage', 'runs undo nothing --json', 2],
    ['usage', 'apply nothing.plan --json', 2],
    ['usage', 'lab install nonsense --json', 2],
    ['usage', 'haproxy check --inventory /nowhere/redeye.yaml --json', 2],
  ])('%s: %s', async (verdict, command, exit) => {
    const outcome = outcomeOf(await at.redeye(command))
    expect(outcome).toMatchObject({exit, run: null})
    if (exit !== 2) expect(outcome.verdict).toBe(verdict)
    expect(outcome.says).not.toBe('')
    await at.unchanged()
  })

  test('undone, and left part-way', async () => {
    await connect()
    const wait = WAITS.replace('50s', '200ms')
    expect(outcomeOf(await at.redeye(`${wait} --json`))).toMatchObject({
      verdict: 'undone',
      totals: {undone: 2, 'timed-out': 1},
    })
    await at.unchanged()
    const kept = outcomeOf(await at.redeye(`${wait} --on-timeout keep --json`))
    expect(kept).toMatchObject({verdict: 'partial', exit: 6})
    expect(kept.next).toContain(`redeye runs undo ${kept.run}`)
  })

  test('locked, and interrupted', async () => {
    await connect()
    const holder = at.begin(`${WAITS} --json`)
    await holder.says(WAITING)
    const locked = outcomeOf(await at.redeye(`haproxy ready ${BUSY} --yes --json`))
    expect(locked).toMatchObject({verdict: 'locked', exit: 9, run: null})
    holder.child.kill('SIGTERM')
    const interrupted = outcomeOf(await holder.ended)
    expect(interrupted).toMatchObject({verdict: 'interrupted', exit: 8})
    expect(interrupted.next).toContain(`redeye runs resume ${interrupted.run}`)
  })

  test('drifted', async () => {
    const file = join(at.home(), 's2.plan')
    const saved = outcomeOf(await at.redeye(`${DRAIN} --out ${file}`))
    expect(saved).toMatchObject({verdict: 'planned', plan: {document: {runbook: 'haproxy.drain'}}})
    await raw(at.lab(), 'set server app/s1 state drain')
    expect(outcomeOf(await at.redeye(`apply ${file} --json`))).toMatchObject({verdict: 'drifted', exit: 12})
  })

  test('unreachable', async () => {
    const inventory = join(at.home(), 'gone.yaml')
    const instances = "instances: [{name: lb1, socket: 'unix:/nowhere/a.sock'}]"
    await writeFile(inventory, `haproxy:\n  web-lb:\n    ${instances}\n`)
    const gone = await at.redeye(`${DRAIN} --yes --inventory ${inventory}`)
    expect(outcomeOf(gone)).toMatchObject({verdict: 'unreachable', exit: 10})
  })
})

test('every other command prints one JSON value, whatever there is to tell', async () => {
  await at.redeye(`${DRAIN} --yes`)
  const [run] = await at.runs()
  const commands = [
    'haproxy status',
    'haproxy status app/s2',
    'runs list',
    'runs list --unfinished',
    `runs show ${run}`,
    `runs export ${run}`,
    'locks list',
    'inventory check',
    'inventory show',
    'inventory schema',
    'help exit-codes',
    'lab status',
    'lab down',
    'lab install --dry-run',
    'doctor --offline',
  ]
  for (const command of commands) {
    const ended = await at.redeye(`${command} --json`)
    expect({command, code: ended.code, stderr: ended.stderr}).toEqual({command, code: 0, stderr: ''})
    expect(oneValue(ended), command).toBeInstanceOf(Object)
  }
})
