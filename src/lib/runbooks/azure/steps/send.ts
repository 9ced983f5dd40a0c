import {failing} from '../../../engine/failure.js'
import type {Json} from '../../../engine/json.js'
import type {Remember} from '../../../engine/step.js'
import type {Azure, AzureSystems} from '../../../systems/azure/azure.js'
import type {Change, Operation} from '../../../systems/azure/model.js'

/** What is journalled of a change: who asked for it before it is sent, and where it is followed after. */
export type Sent = {
  phase: 'preparing' | 'sending' | 'accepted' | 'busy' | 'refused'
  requestId: string
  /** When it was sent, ms since the epoch. */
  atMs: number
  operation?: Operation
  /** Why Azure did not take it. */
  says?: string
  /** The boot id of the guest before. */
  bootId?: string
}

export function sentOf(learned: Json | undefined): Sent | undefined {
  return learned === undefined ? undefined : (learned as Sent)
}

/**
 * Sends a change once. Its id is on disk before, so that a lost answer can be looked up in the Activity Log, and the address of
 * its operation right after, so that nobody has to send it again.
 * @returns undefined when another operation was in the way
 */
export async function sendChange(
  azure: Azure,
  systems: AzureSystems,
  change: Change,
  says: string,
  remember: Remember,
  signal: AbortSignal,
  more: Pick<Sent, 'bootId'> = {},
): Promise<Sent | undefined> {
  const sending: Sent = {phase: 'sending', requestId: systems.newId(), atMs: systems.now(), ...more}
  await remember(sending)
  let operation: Operation
  try {
    operation = await azure.send(change, sending.requestId, signal)
  } catch (error) {
    const {fault, class: kind, message} = failing(error)
    if (kind === 'busy') {
      await remember({...sending, phase: 'busy', says: message})
      return undefined
    }
    if (fault === 'answered') await remember({...sending, phase: 'refused', says: message})
    throw error
  }
  const accepted: Sent = {...sending, phase: 'accepted', operation}
  await remember(accepted, `${says}: Azure has taken it, ${nameOf(operation)}`)
  return accepted
}

function nameOf({url}: Operation): string {
  return url === undefined ? 'done at once' : `operation ${new URL(url).pathname.split('/').at(-1)}`
}
