import {spawn} from 'node:child_process'
import {once as onceEmitted} from 'node:events'
import {createRequire} from 'node:module'
import {fileURLToPath, pathToFileURL} from 'node:url'
import {beforeEach, describe, expect, test} from 'vitest'
import {LAB_KEY} from '../../../src/lib/lab/aws-lab.js'
import {recover} from '../../../src/lib/runbooks/aws/recover.js'
import {runsOf} from '../drive.js'
import {recoverOf} from './inputs.js'
import {operate, resume, undo} from './operate.js'
import {room, times} from './room.js'

const {lab, stateDir, web} = room()
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
const PROGRAM = fileURLToPath(new URL('./recover-program.ts', import.meta.url))

type Call = 'stop' | 'start' | 'register'

/** Runs a recovery in a process of its own that kills itself. Resolves to its run. */
async function killed(
  call: Call,
  moment: 'before' | 'after',
  more: Parameters<typeof recoverOf>[1] = {},
): Promise<string> {
  const input = recoverOf(web().first, more)
  const asked = {stateDir: stateDir(), input, call, moment}
  const child = spawn(process.execPath, ['--import', TSX, PROGRAM, JSON.stringify(asked)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (chunk) => {
    said += String(chunk)
  })
  expect(await onceEmitted(child, 'close')).toEqual([null, 'SIGKILL'])
  return said.trim()
}

/** The second Ctrl-C, right before or after one call. Resolves to the run. */
async function aborted(
  call: 'reboot' | 'enterStandby' | 'terminateInGroup',
  moment: 'before' | 'after',
  more: Parameters<typeof recoverOf>[1] = {},
): Promise<string> {
  const abort = new AbortController()
  const {outcome, run} = await operate(stateDir(), recover, recoverOf(web().first, more), {
    overrides: ['public-ip-changes'],
    reason: 'test',
    abort: abort.signal,
    through: (account) => ({
      ...account,
      async [call](...args: never[]) {
        if (moment === 'after') await (account[call] as (...all: never[]) => Promise<void>)(...args)
        abort.abort()
        throw new Error('aborted')
      },
    }),
  })
  expect(outcome.verdict).toBe('interrupted')
  return run
}

const attached = async () => (await lab().estate.registered(web().group)).includes(`${web().first}:80`)

describe('killed', () => {
  test('between stop and start: a resume starts it exactly once, and puts it back', async () => {
    lab().overlays().life.pace({stopMs: 200, startMs: 200})
    const run = await killed('start', 'before')
    expect(times(lab(), 'StopInstances')).toBe(1)
    expect(times(lab(), 'StartInstances')).toBe(0)
    expect(await lab().estate.states()).toMatchObject({[web().first]: 'stopped'})
    const {outcome} = await resume(stateDir(), recover, run)
    expect(outcome.verdict).toBe('done')
    expect(times(lab(), 'StopInstances')).toBe(1)
    expect(times(lab(), 'StartInstances')).toBe(1)
    expect(await attached()).toBe(true)
  })

  test('right after the start was sent: a resume does not send it again', async () => {
    lab().overlays().life.pace({startMs: 3000})
    const run = await killed('start', 'after')
    const {lines} = await runsOf({stateDir: stateDir()}).read(run)
    expect(lines.at(-1)).toMatchObject({kind: 'applying', step: 'start'})
    const {outcome} = await resume(stateDir(), recover, run)
    expect(outcome.verdict).toBe('done')
    expect(times(lab(), 'StartInstances')).toBe(1)
  })

  test('right after it was stopped, and undone: started once it has stopped, and back in its target groups', async () => {
    lab().overlays().life.pace({stopMs: 4000})
    const run = await killed('stop', 'after')
    const {outcome} = await undo(stateDir(), recover, run)
    expect(outcome.verdict).toBe('done')
    expect(await lab().estate.states()).toMatchObject({[web().first]: 'running'})
    expect(await attached()).toBe(true)
  })

  test('while it is put back: a resume neither takes it out again nor restarts it', async () => {
    const run = await killed('register', 'after')
    const {outcome} = await resume(stateDir(), recover, run)
    expect(outcome.verdict).toBe('done')
    expect(times(lab(), 'DeregisterTargets')).toBe(2)
    expect(times(lab(), 'StopInstances')).toBe(1)
    expect(await attached()).toBe(true)
  })
})

test('aborted right after a reboot was sent: proven by what the journal remembers, not sent again', async () => {
  lab()
    .overlays()
    .life.set(web().first, {checks: {instance: 'impaired'}, heals: 'reboot'})
  const run = await aborted('reboot', 'after')
  const {outcome} = await resume(stateDir(), recover, run)
  expect(outcome.verdict).toBe('done')
  expect(times(lab(), 'RebootInstances')).toBe(1)
})

describe('aborted, of a member of an auto scaling group', () => {
  let member = ''
  beforeEach(async () => {
    const group = await lab().estate.targetGroup('jobs', 80)
    ;[member = ''] = await lab().estate.scalingGroup({
      name: 'workers',
      min: 1,
      desired: 2,
      targetGroups: [group],
    })
    lab()
      .overlays()
      .life.set(member, {checks: {system: 'impaired'}})
  })

  test.each(['before', 'after'] as const)(
    'right %s Standby was asked for: once, and in service again',
    async (moment) => {
      const run = await aborted('enterStandby', moment, {instance: member, method: 'stop-start'})
      const {outcome} = await resume(stateDir(), recover, run)
      expect(outcome.verdict).toBe('done')
      expect(times(lab(), 'EnterStandby')).toBe(1)
      expect(times(lab(), 'ExitStandby')).toBe(1)
    },
  )

  test.each(['before', 'after'] as const)('right %s it was to be replaced: once', async (moment) => {
    const run = await aborted('terminateInGroup', moment, {instance: member})
    const {outcome} = await resume(stateDir(), recover, run)
    expect(outcome.verdict).toBe('done')
    expect(times(lab(), 'TerminateInstanceInAutoScalingGroup')).toBe(1)
  })
})

describe('credentials that end in the middle', () => {
  test('the run holds, resumable, and says how to sign in; with new ones it goes on', async () => {
    const {outcome, run} = await operate(stateDir(), recover, recoverOf(web().first), {
      emit: (event) =>
        event.type === 'end' && event.result.step === 'stop' && lab().overlays().credentials.expire(LAB_KEY),
    })
    expect(outcome).toMatchObject({
      verdict: 'interrupted',
      next: [`redeye runs resume ${run}`, `redeye runs undo ${run}`],
    })
    expect(outcome.says).toBe(
      'web-1: start: ec2 DescribeInstances: the credentials have expired (RequestExpired); put fresh keys into AWS_ACCESS_KEY_ID and its companions',
    )
    expect(await lab().estate.states()).toMatchObject({[web().first]: 'stopped'})

    const early = await resume(stateDir(), recover, run)
    expect(early.outcome.verdict).toBe('unreachable')

    process.env.AWS_ACCESS_KEY_ID = 'AKIAFRESH0000000000'
    const resumed = await resume(stateDir(), recover, run)
    expect(resumed.outcome.verdict).toBe('done')
    expect(times(lab(), 'StartInstances')).toBe(1)
    expect(await attached()).toBe(true)
  })

  test('while a stop is waited for: in doubt, and a resume looks before it does anything', async () => {
    lab().overlays().life.pace({stopMs: 2500})
    const {outcome, run} = await operate(stateDir(), recover, recoverOf(web().first), {
      emit: (event) =>
        event.type === 'saw' && event.saw === 'stopping' && lab().overlays().credentials.expire(LAB_KEY),
    })
    expect(outcome.verdict).toBe('interrupted')
    expect(outcome.totals).toMatchObject({'in-doubt': 1})
    process.env.AWS_ACCESS_KEY_ID = 'AKIAFRESH0000000000'
    const resumed = await resume(stateDir(), recover, run)
    expect(resumed.outcome.verdict).toBe('done')
    expect(times(lab(), 'StopInstances')).toBe(1)
  })
})

test('the first Ctrl-C lets the stop end and starts nothing new; a resume does the rest', async () => {
  const stopping = new AbortController()
  const first = await operate(stateDir(), recover, recoverOf(web().first), {
    stopping: stopping.signal,
    emit: (event) => event.type === 'start' && event.step === 'stop' && stopping.abort(),
  })
  expect(first.outcome.verdict).toBe('interrupted')
  expect(first.outcome.totals).toMatchObject({changed: 3, 'not-started': 4})
  const {outcome} = await resume(stateDir(), recover, first.run)
  expect(outcome.verdict).toBe('done')
})
