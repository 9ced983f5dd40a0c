import {RemoteError} from '../fault.js'
import type {FaultRecord} from './messages.js'

export function packFault(error: unknown): FaultRecord {
  if (error instanceof RemoteError) {
    const {fault, message} = error
    return {
      fault,
      message,
      ...(error.class !== undefined && {class: error.class}),
      ...(error.hint !== undefined && {hint: error.hint}),
    }
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return {fault: 'unreachable', message: `a thread that speaks SSH failed: ${message}`, class: 'internal'}
}

export function unpackFault({fault, message, ...more}: FaultRecord): RemoteError {
  return new RemoteError(fault, message, more)
}
