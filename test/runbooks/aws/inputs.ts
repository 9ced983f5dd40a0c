import type {DetachInput, RecoverInput} from '../../../src/lib/runbooks/aws/input.js'

export function recoverOf(instance: string, more: Partial<RecoverInput> = {}): RecoverInput {
  return {
    account: 'environment',
    instance,
    method: 'auto',
    forceStop: false,
    stopWaitMs: 5000,
    drain: true,
    keepDrained: false,
    leaveUnhealthy: false,
    capacityWaitMs: 5000,
    checksWaitMs: 10_000,
    ...more,
  }
}

export function detachOf(instance: string, more: Partial<DetachInput> = {}): DetachInput {
  return {account: 'environment', instance, targetGroups: [], waitDrain: true, ...more}
}
