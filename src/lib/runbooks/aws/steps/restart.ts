import {type Step, step} from '../../../engine/step.js'
import type {AwsSystems} from '../../../systems/aws/account.js'
import {lasting, paced} from '../amounts.js'
import type {Facts} from '../facts.js'
import type {RecoverInput} from '../input.js'
import {at} from './at.js'

type Before = {state: string; reason: string | null}

const FORCED_MS = 10 * 60_000
const START_MS = 10 * 60_000
const SLACK_MS = 30_000
/** A read right after a start may still be of before it. */
const LATE_MS = 30_000
const NO_ROOM = 'insufficient-instance-capacity'
const ASKS = 15
const LONGEST_MS = 60_000

/**
 * Stop and start it. Once its LaunchTime is later than in the plan both are done, whoever looks: that is how a resume never
 * starts it twice.
 */
export function restartSteps(systems: AwsSystems, asked: RecoverInput, facts: Facts): Step[] {
  return [
    stopStep(systems, asked, facts),
    ...(asked.forceStop ? [forceStep(systems, asked, facts)] : []),
    startStep(systems, asked, facts),
  ]
}

function stopStep(systems: AwsSystems, asked: RecoverInput, {instance}: Facts): Step {
  const {aws, id, name} = at(systems, asked.account, instance)
  return step<Before>({
    id: 'stop',
    says: `${name}: stop`,
    async probe(signal, _before, waitedMs) {
      const now = await (await aws()).instance(id, signal)
      const restarted = now.launchedMs > instance.launchedMs
      // Then it is forced, by the next step.
      const hangs = asked.forceStop && now.state === 'stopping' && (waitedMs ?? 0) >= asked.stopWaitMs
      const saw = restarted
        ? startedWords(now.launchedMs)
        : hangs
          ? `still stopping after ${lasting(waitedMs ?? 0)}`
          : now.state
      return {
        reached: now.state === 'stopped' || restarted || hangs,
        saw,
        before: {state: now.state, reason: now.stateReason?.code ?? null},
      }
    },
    async apply(signal) {
      const account = await aws()
      // One that is on its way is not told again.
      if ((await account.instance(id, signal)).state !== 'stopping') await account.stop(id, false, signal)
    },
    patienceMs: asked.stopWaitMs + (asked.forceStop ? SLACK_MS : 0),
    pollMs: paced,
    recheck: asked.drain ? [] : ['last-healthy-target'],
    undo: {
      kind: 'restore',
      says: `${name}: start it again`,
      async run(_before, signal) {
        const account = await aws()
        const began = systems.now()
        const waited = () => systems.now() - began
        // EC2 starts only what has stopped.
        while ((await account.instance(id, signal)).state === 'stopping' && waited() < asked.stopWaitMs)
          await systems.sleep(paced(waited()), signal)
        await account.start(id, signal)
      },
      restored: (now, before) => before.state !== 'running' || now.state === 'running',
    },
  })
}

function forceStep(systems: AwsSystems, asked: RecoverInput, {instance}: Facts): Step {
  const {aws, id, name} = at(systems, asked.account, instance)
  return step<{state: string}>({
    id: 'force-stop',
    says: `${name}: stop it by force if it hangs`,
    async probe(signal) {
      const {state, launchedMs} = await (await aws()).instance(id, signal)
      const reached = state === 'stopped' || launchedMs > instance.launchedMs
      return {reached, saw: state, before: {state}}
    },
    apply: async (signal) => (await aws()).stop(id, true, signal),
    patienceMs: FORCED_MS,
    pollMs: paced,
    undo: {kind: 'leave', why: 'what stopped it starts it again'},
  })
}

function startStep(systems: AwsSystems, asked: RecoverInput, {instance}: Facts): Step {
  const {aws, id, name} = at(systems, asked.account, instance)
  /** Why it was stopped when the start was sent: another reason is of a start that failed. */
  let reasonThen: string | null | undefined
  return step<Before>({
    id: 'start',
    says: `${name}: start`,
    async probe(signal, _before, waitedMs) {
      const now = await (await aws()).instance(id, signal)
      const reason = now.stateReason?.code ?? null
      const fellBack =
        waitedMs !== undefined && now.state === 'stopped' && (reason !== reasonThen || waitedMs > LATE_MS)
      const why = now.stateReason ? `: ${now.stateReason.code}: ${now.stateReason.message}` : ''
      return {
        reached: now.state === 'running' && now.launchedMs > instance.launchedMs,
        saw: fellBack ? `it fell back to stopped${why}` : `${now.state}, ${startedWords(now.launchedMs)}`,
        before: {state: now.state, reason},
        hopeless: fellBack,
      }
    },
    async apply(signal) {
      const account = await aws()
      const ends = systems.now() + asked.capacityWaitMs
      const everyMs = Math.min(LONGEST_MS, Math.max(asked.capacityWaitMs / ASKS, 1))
      for (;;) {
        const now = await account.instance(id, signal)
        reasonThen = now.stateReason?.code ?? null
        // A start that is under way is not sent again.
        if (now.state !== 'stopped') return
        try {
          return await account.start(id, signal)
        } catch (error) {
          const noRoom = (error as {class?: string}).class === NO_ROOM
          if (!noRoom || systems.now() >= ends || signal.aborted) throw noRoom ? withAdvice(error) : error
        }
        await systems.sleep(everyMs, signal)
      }
    },
    patienceMs: START_MS,
    pollMs: paced,
    undo: {kind: 'leave', why: 'it ran before'},
  })
}

function withAdvice(error: unknown): unknown {
  const said = error as Error
  return Object.assign(
    new Error(
      `${said.message}; it stays stopped: resume later, or change its type, or start another one in another zone`,
    ),
    {fault: 'answered', class: NO_ROOM},
  )
}

function startedWords(launchedMs: number): string {
  return `started ${new Date(launchedMs).toISOString().replace('.000', '')}`
}
