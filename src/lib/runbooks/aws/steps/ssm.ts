import type {Json} from '../../../engine/json.js'
import {type Probe, type Step, step} from '../../../engine/step.js'
import type {Invocation} from '../../../systems/aws/node.js'
import type {Sending, Together} from '../../../systems/aws/together.js'

/** A command whose answer was lost is in the list by then, or it was never accepted. */
const LOST_MS = 60_000
const SHOWN = 400

export interface NodeStep {
  node: string
  id: string
  says: string
  /** The node must be sent to within this, and have run it. */
  patienceMs: number
  lanes?: string[]
  /** What a success means here; @throws what is none after all */
  proven(output: string): string
}

/**
 * One document on one node, once. Its command is journalled by a mark before it is sent and by its id after, so that it is found
 * again and never sent twice, whatever ends in between.
 */
export function nodeStep(sender: Together, now: () => number, asked: NodeStep): Step {
  const {node, id, says, patienceMs, lanes, proven} = asked
  return step<null>({
    id,
    says,
    async probe(signal, before, _waitedMs, learned) {
      if (before === undefined) return {reached: false, saw: 'not sent', before: null}
      const known = learned as Sending | undefined
      // The mark comes before the sending.
      if (!known) return {reached: false, saw: 'not sent yet', before: null, again: {afterMs: 0}}
      const seen = await sender.look(known, node, signal)
      if (seen) return progress(seen, proven)
      const lost = known.command === null && now() - known.sinceMs > LOST_MS
      const saw = lost ? 'the command never arrived' : 'nothing is known of the command yet'
      return {reached: false, saw, before: null, ...(lost && {again: {afterMs: 0}})}
    },
    apply: (signal, _before, remember) =>
      sender.send(node, (known) => remember(known as unknown as Json), signal),
    once: true,
    patienceMs,
    pollMs: 1000,
    ...(lanes && {lanes}),
    undo: {kind: 'leave', why: 'nobody knows what would take it back'},
  })
}

/** It never ran there [src: Systems Manager, Understanding command statuses]. */
const AWAY = new Set(['Delivery Timed Out', 'Undeliverable'])

/** @throws what settles it */
function progress({state, detail, code, output}: Invocation, proven: NodeStep['proven']): Probe<null> {
  const not = {reached: false, before: null}
  if (state === 'success') return {reached: true, saw: proven(output), before: null}
  if (state === 'running') return {...not, saw: detail}
  if (state === 'not-sent')
    return {...not, saw: `not sent: ${detail}`, hopeless: 'unreachable', class: 'not-sent'}
  if (AWAY.has(detail))
    return {...not, saw: detail, hopeless: 'unreachable', class: detail.toLowerCase().replaceAll(' ', '-')}
  const said = output.trim().slice(0, SHOWN)
  if (code !== null && code !== 0) throw saidNo(`exit ${code}${said === '' ? '' : `: ${said}`}`, 'exit')
  throw saidNo(detail, detail.toLowerCase().replaceAll(' ', '-'))
}

function saidNo(message: string, kind: string): Error {
  return Object.assign(new Error(message), {fault: 'answered', class: kind})
}
