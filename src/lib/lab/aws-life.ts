import {type AwsAnswer, type AwsCall, errorAnswer, listOf, xmlAnswer} from './aws-call.js'
import {edited} from './aws-edit.js'
import {showInstance, showStatus} from './aws-life-show.js'
import {type Life, newLife, type Pace} from './aws-life-state.js'
import type {AwsOverlay} from './aws-overlay.js'
import {find, findAll, node, put, textAt} from './xml-tree.js'

/** What the simulator lacks of the life of an instance: transitions that take time, checks, boots. */
export interface AwsLife extends AwsOverlay {
  /** Sets what is given and leaves the rest: checks, events, what the next stop or start does. */
  set(instance: string, change: Partial<Life>): void
  pace(change: Partial<Pace>): void
  unused(): string[]
}

export function awsLife(): AwsLife {
  const lives = new Map<string, Life>()
  const pace: Pace = {stopMs: 0, startMs: 0, initializingMs: 0}
  const of = (id: string): Life => {
    const life = lives.get(id) ?? newLife()
    lives.set(id, life)
    return life
  }
  return {
    set: (id, change) => void lives.set(id, {...of(id), ...change}),
    pace: (change) => void Object.assign(pace, change),
    unused: () =>
      [...lives].flatMap(([id, {stuckStopping, fallsBack}]) => [
        ...(stuckStopping === 'next' ? [`${id} was never stopped, so it was not stuck`] : []),
        ...(fallsBack ? [`${id} was never started, so it did not fall back`] : []),
      ]),
    async handle(call, pass) {
      if (call.service !== 'ec2' || call.dryRun) return await pass()
      switch (call.action) {
        case 'StopInstances':
          return await stop(call, pass, of, pace)
        case 'StartInstances':
          return await start(call, pass, of, pace)
        case 'RebootInstances':
          return await reboot(call, pass, of, pace)
        case 'DescribeInstances':
          return edited(await pass(), (root) => {
            for (const set of findAll(root, 'instancesSet'))
              for (const item of set.children) showInstance(item, of(textAt(item, 'instanceId')))
          })
        case 'DescribeInstanceStatus':
          return edited(await pass(), (root) => {
            for (const item of find(root, 'instanceStatusSet')?.children ?? [])
              showStatus(item, of(textAt(item, 'instanceId')))
          })
        case 'GetConsoleOutput':
          return consoleOutput(call, of(call.params.InstanceId ?? ''))
        default:
          return await pass()
      }
    },
  }
}

type LifeOf = (id: string) => Life
type PassOn = () => Promise<AwsAnswer>

async function stop(call: AwsCall, pass: PassOn, of: LifeOf, pace: Pace): Promise<AwsAnswer> {
  const [id = ''] = listOf(call, 'InstanceId')
  const life = of(id)
  if (life.stuckStopping !== 'no' && call.params.Force !== 'true') {
    life.stuckStopping = 'now'
    life.shown = {state: 'stopping', untilMs: Number.POSITIVE_INFINITY}
    return stateChange('StopInstances', id, 'stopping', 64, 'running', 16)
  }
  const answer = await pass()
  if (answer.status !== 200) return answer
  life.stuckStopping = 'no'
  life.shown = {state: 'stopping', untilMs: Date.now() + pace.stopMs}
  return stateChange('StopInstances', id, 'stopping', 64, 'running', 16)
}

async function start(call: AwsCall, pass: PassOn, of: LifeOf, pace: Pace): Promise<AwsAnswer> {
  const [id = ''] = listOf(call, 'InstanceId')
  const life = of(id)
  if (life.shown?.state === 'stopping' && Date.now() < life.shown.untilMs)
    return errorAnswer(
      call,
      400,
      'IncorrectInstanceState',
      `The instance '${id}' is not in a state from which it can be started.`,
    )
  if (life.fallsBack) {
    life.reason = life.fallsBack
    delete life.fallsBack
    life.shown = {state: 'pending', untilMs: Date.now() + pace.startMs}
    return stateChange('StartInstances', id, 'pending', 0, 'stopped', 80)
  }
  const answer = await pass()
  if (answer.status !== 200) return answer
  let wasStopped = false
  const changed = edited(answer, (root) => {
    const item = find(root, 'instancesSet', 'item')
    wasStopped = item !== undefined && textAt(item, 'previousState', 'name') === 'stopped'
    if (item && wasStopped) put(item, 'currentState', [node('code', '0'), node('name', 'pending')])
  })
  if (!wasStopped) return changed
  delete life.reason
  life.shown = {state: 'pending', untilMs: Date.now() + pace.startMs}
  booted(life, pace.startMs + pace.initializingMs, 'stop-start')
  // Whole seconds, as AWS has it; always later than before.
  life.launchedMs = Math.ceil((Date.now() + 1) / 1000) * 1000
  return changed
}

async function reboot(call: AwsCall, pass: PassOn, of: LifeOf, pace: Pace): Promise<AwsAnswer> {
  const [id = ''] = listOf(call, 'InstanceId')
  const answer = await pass()
  const life = of(id)
  if (answer.status === 200 && !life.ignoresReboot) booted(life, pace.initializingMs, 'reboot')
  return answer
}

function booted(life: Life, initializingMs: number, by: 'reboot' | 'stop-start'): void {
  life.boots += 1
  life.bootedMs = Date.now()
  life.initializingUntilMs = Date.now() + initializingMs
  if (life.heals === by || life.heals === 'either') {
    life.checks = {}
    life.events = []
  }
}

/** What was posted at the last boot. */
function consoleOutput({params}: AwsCall, {boots, bootedMs}: Life): AwsAnswer {
  const output = Buffer.from(`[    0.000000] Linux version 6.1, boot ${boots}\nlogin: `).toString('base64')
  return xmlAnswer(
    `<GetConsoleOutputResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15"><requestId>lab</requestId><instanceId>${params.InstanceId}</instanceId><timestamp>${new Date(bootedMs).toISOString()}</timestamp><output>${output}</output></GetConsoleOutputResponse>`,
  )
}

function stateChange(
  action: string,
  id: string,
  now: string,
  nowCode: number,
  before: string,
  beforeCode: number,
): AwsAnswer {
  const state = (name: string, code: number) => `<code>${code}</code><name>${name}</name>`
  return xmlAnswer(
    `<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15"><requestId>lab</requestId><instancesSet><item><instanceId>${id}</instanceId><currentState>${state(now, nowCode)}</currentState><previousState>${state(before, beforeCode)}</previousState></item></instancesSet></${action}Response>`,
  )
}
