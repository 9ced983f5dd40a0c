import type {FanOut} from '../../../src/lib/runbooks/receivers/input.js'
import type {RestartInput} from '../../../src/lib/runbooks/receivers/restart.js'

/** What the command makes of its default flags. */
export function fanOutOf(fleet: string, hosts: number, more: Partial<FanOut> = {}): FanOut {
  return {
    fleet,
    selection: {
      cohort: null,
      where: null,
      ids: null,
      exclude: null,
      sample: null,
      seed: 1,
      limit: null,
    },
    hosts,
    holds: [`receivers/${fleet}`],
    order: {by: 'inventory', seed: 1},
    waves: [{hosts: 1}, {hosts: 10}, {percent: 1}, {percent: 10}, 'rest'],
    width: null,
    maxFailures: {percent: 1},
    maxUnreachable: {percent: 20},
    strict: false,
    soakMs: 0,
    gate: null,
    spread: null,
    probe: false,
    retryUnreachable: 1,
    connectTimeoutMs: 10_000,
    timeoutMs: 60_000,
    ...more,
  }
}

type RebootInput = Omit<RestartInput, 'ssm'>

/** A reboot without soaks, after which the unit must hold for one second. */
export function rebootOf(hosts: number, more: Partial<RebootInput> = {}): RebootInput {
  return {...fanOutOf('world', hosts), unit: 'receiver.service', stableMs: 1000, verify: '', ...more}
}

/** A restart over SSH without soaks, that holds for one second. */
export function restartOf(hosts: number, more: Partial<RestartInput> = {}): RestartInput {
  return {...rebootOf(hosts), ssm: null, ...more}
}
