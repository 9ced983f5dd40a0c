import type {RemoteError} from '../../remote/fault.js'
import type {Permission} from './permission.js'

/** A service that does what it was only asked whether it may: nothing of AWS, and dangerous. */
export function ignored(): Permission {
  return {unclear: 'the endpoint does not know DryRun'}
}

/** With DryRun, yes is an error too [src: EC2 API, DryRunOperation]. */
export function permissionOf(error: unknown): Permission {
  const {class: kind = '', message, fault} = error as RemoteError
  // The state is looked at after the permission.
  if (kind === 'dry-run-operation' || kind === 'incorrect-instance-state') return 'permitted'
  if (kind === 'not-permitted') return 'denied'
  if (fault !== 'answered') throw error
  return {unclear: message}
}
