import type {Probe} from '../../../engine/step.js'
import type {Invocation} from '../../../systems/aws/node.js'
import {saidNo} from '../../said-no.js'

const SHOWN = 400
/** It never ran there [src: Systems Manager, Understanding command statuses]. */
const AWAY = new Set(['Delivery Timed Out', 'Undeliverable'])

/** How far a command is on a node. @param proven what a success means here; may throw. @throws what settles it */
export function progress(
  {state, detail, code, output}: Invocation,
  proven: (output: string) => string,
): Omit<Probe, 'before'> {
  if (state === 'success') return {reached: true, saw: proven(output)}
  if (state === 'running') return {reached: false, saw: detail}
  const away = {reached: false, hopeless: 'unreachable'} as const
  if (state === 'not-sent') return {...away, saw: `not sent: ${detail}`, class: 'not-sent'}
  const kind = detail.toLowerCase().replaceAll(' ', '-')
  if (AWAY.has(detail)) return {...away, saw: detail, class: kind}
  const said = output.trim().slice(0, SHOWN)
  if (code !== null && code !== 0) throw saidNo(`exit ${code}${said === '' ? '' : `: ${said}`}`, 'exit')
  throw saidNo(detail, kind)
}
