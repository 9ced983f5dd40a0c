import {realClock} from '../../../src/lib/cli/clock.js'
import type {ForceInput} from '../../../src/lib/runbooks/redis/force-input.js'
import {openCluster} from '../../../src/lib/systems/redis/discover.js'
import type {Place} from './operate.js'

/** As `redeye redis force-failover NODE` asks, with another time limit where a test has no time to wait. */
export function forceOf(node: string | null, more: Partial<ForceInput> = {}): ForceInput {
  return {
    cluster: 'orders',
    maxLagBytes: 1_048_576,
    noCooldown: false,
    probe: false,
    elections: [],
    timeoutMs: 30_000,
    node,
    slot: null,
    to: null,
    takeover: false,
    waitAutoMs: null,
    lastKnown: {},
    ...more,
  }
}

/** What a status or a check reads from; the caller closes it. */
export function systemsAt({cluster: {password, ...places}}: Place) {
  const cluster = openCluster({
    ...places,
    signIn: password === undefined ? {} : {password: async () => password},
  })
  return {
    redis: async () => cluster,
    now: realClock.now,
    sleep: realClock.sleep,
    close: cluster.close,
  }
}
