import {RemoteError} from '../fault.js'

/** How long connecting may take in all, and who else may stop it. */
export interface Limit {
  signal: AbortSignal
  ms: number
}

export function limit(ms: number, ...others: AbortSignal[]): Limit {
  return {signal: AbortSignal.any([AbortSignal.timeout(ms), ...others]), ms}
}

/** Why connecting was cut short: by the clock, or by whoever no longer wants it. Nothing was sent either way. */
export function cutShort({signal, ms}: Limit, name: string, phase: string): RemoteError {
  if ((signal.reason as Error | undefined)?.name !== 'TimeoutError')
    return new RemoteError('unreachable', `connecting to ${name} was stopped`, {class: 'called-off'})
  return new RemoteError('unreachable', `${name} ${phase} within ${ms / 1000} s`, {
    class: 'time-out',
    hint: 'Check the address and the port, whether the host is up, and whether a firewall drops the packets.',
  })
}
