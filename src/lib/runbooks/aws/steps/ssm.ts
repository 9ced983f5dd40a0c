import type {Json} from '../../../engine/json.js'
import {type Step, step} from '../../../engine/step.js'
import type {Sending, Together} from '../../../systems/aws/together.js'
import {progress} from './ssm-progress.js'
import type {TakeBack} from './ssm-undo.js'

/** A command whose answer was lost is in the list by then, or it was never accepted. */
const LOST_MS = 60_000
/** What a run and its undo tell apart. */
type Told = {undone: boolean}

export interface NodeStep {
  node: string
  id: string
  says: string
  /** The node must be sent to within this, and have run it. */
  patienceMs: number
  lanes?: string[]
  /** What a success means here; @throws what is none after all */
  proven(output: string): string
  /** Absent: nobody knows what would take it back. */
  takeBack?: TakeBack
}

/**
 * One document on one node, once. Its command is journalled by a mark before it is sent and by its id after, so that it is found
 * again and never sent twice, whatever ends in between.
 */
export function nodeStep(sender: Together, now: () => number, asked: NodeStep): Step {
  const {node, id, says, patienceMs, lanes, proven, takeBack} = asked
  const before: Told = {undone: false}
  return step<Told>({
    id,
    says,
    async probe(signal, former, _waitedMs, learned) {
      if (former === undefined) return {reached: false, saw: 'not sent', before}
      const known = learned as Sending | undefined
      // The mark comes before the sending; an undo looks without one.
      if (!known) {
        const {saw, ...told} = (await takeBack?.look(node, signal)) ?? {...before, saw: 'not sent yet'}
        return {reached: false, saw, before: told, again: {afterMs: 0}}
      }
      const seen = await sender.look(known, node, signal)
      if (seen) return {...progress(seen, proven), before}
      const lost = known.command === null && now() - known.sinceMs > LOST_MS
      const saw = lost ? 'the command never arrived' : 'nothing is known of the command yet'
      return {reached: false, saw, before, ...(lost && {again: {afterMs: 0}})}
    },
    apply: (signal, _before, remember) =>
      sender.send(node, (known) => remember(known as unknown as Json), signal),
    once: true,
    patienceMs,
    pollMs: 1000,
    ...(lanes && {lanes}),
    undo: takeBack
      ? {
          kind: 'restore',
          says: `${node}: run ${takeBack.says}`,
          run: (_before, signal) => takeBack.run(node, signal),
          restored: ({undone}) => undone,
        }
      : {kind: 'leave', why: 'nobody knows what would take it back'},
  })
}
