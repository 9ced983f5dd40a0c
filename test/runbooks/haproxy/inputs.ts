import type {DrainInput} from '../../../src/lib/runbooks/haproxy/drain.js'
import type {ReadyInput} from '../../../src/lib/runbooks/haproxy/ready.js'

const scope = {group: 'web-lb', instances: [], skip: []}

/** What the command line would make of `redeye haproxy drain SERVER`, but with quick polls. */
export function drainOf(server: string, more: Partial<DrainInput> = {}): DrainInput {
  return {
    ...scope,
    server,
    address: null,
    minCapacity: 50,
    timeoutMs: 20_000,
    pollMs: 100,
    settle: 3,
    end: 'drain',
    onTimeout: 'undo',
    keepAgent: false,
    ...more,
  }
}

export function readyOf(server: string, more: Partial<ReadyInput> = {}): ReadyInput {
  return {
    ...scope,
    server,
    address: null,
    noHealth: false,
    healthTimeoutMs: 20_000,
    probe: null,
    watchMs: 500,
    agents: [],
    anyAgent: false,
    ...more,
  }
}

export function maintOf(server: string, more: {minCapacity?: number; skip?: string[]} = {}) {
  return {...scope, server, address: null, minCapacity: 50, ...more}
}

export function killOf(server: string) {
  return {...scope, server}
}

export function weightOf(server: string, percent: number) {
  return {...scope, server, percent}
}
