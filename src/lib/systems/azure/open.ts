import {openArm} from './arm.js'
import type {Azure} from './azure.js'
import {operationCalls} from './operations.js'
import {pace} from './pace.js'
import {computeReads} from './read-compute.js'
import {networkReads} from './read-network.js'
import {scopeReads} from './read-scope.js'
import {type AzureTarget, openSession} from './session.js'

export type {AzureTarget} from './session.js'

/** Where the resource manager of a cloud is, and the audience of its tokens. */
export const CLOUDS = {
  public: 'https://management.azure.com',
  china: 'https://management.chinacloudapi.cn',
  usgov: 'https://management.usgovcloudapi.net',
} as const

/** How often an operation is asked where the service does not say. */
export const POLL_MS = 15_000

/** One subscription. Nothing is loaded or connected before the first call. */
export function openAzure(
  target: AzureTarget & {pollMs?: number},
  clock: {now(): number; sleep(ms: number, signal?: AbortSignal): Promise<void>},
): Azure {
  const {subscription, endpoint} = target
  const session = openSession(target)
  const arm = openArm(session, endpoint)
  const paces = pace(target.pollMs ?? POLL_MS, clock)
  const compute = computeReads(session, arm, paces, subscription)
  return {
    subscription,
    allowance: session.allowance,
    ...compute,
    ...scopeReads(session, arm, subscription, endpoint),
    ...networkReads(arm, compute.vms),
    ...operationCalls(session, arm, paces, subscription, clock.now),
  }
}
