import {readAdminMask} from './admin-mask.js'
import {notHaproxy} from './answers.js'
import type {ServerState} from './parse-servers-state.js'
import type {StatRow} from './parse-stat.js'
import type {AgentCheck, BackendFacts, BackendView, HealthCheck, ServerView} from './snapshot.js'

/** Bits of `srv_check_state` and `srv_agent_state` [include/haproxy/check-t.h, enum chk_st]. */
const CONFIGURED = 0x02
const ENABLED = 0x04
const PAUSED = 0x08

/** Puts the two reads together. Every backend of `show stat` appears, also one without servers. */
export function assemble(
  states: readonly ServerState[],
  rows: readonly StatRow[],
  tables: ReadonlySet<string>,
): {[name: string]: BackendView} {
  const backends = new Map(
    rows
      .filter((row) => row.server === 'BACKEND')
      .map((row) => [row.proxy, {...backendFacts(row, tables), servers: {}} as BackendView]),
  )
  const byName = new Map(states.map((state) => [`${state.backend}/${state.server}`, state]))
  for (const row of rows) {
    if (row.server === 'BACKEND' || row.server === 'FRONTEND') continue
    const backend = backends.get(row.proxy)
    const state = byName.get(`${row.proxy}/${row.server}`)
    if (!backend || !state) return notHaproxy('show stat', `${row.proxy}/${row.server} in both reads`, '')
    backend.servers[row.server] = serverView(state, row)
  }
  return Object.fromEntries(backends)
}

function backendFacts(row: StatRow, tables: ReadonlySet<string>): BackendFacts {
  return {
    name: row.proxy,
    mode: row.text('mode'),
    algorithm: row.text('algo'),
    cookie: row.text('cookie'),
    stickTable: tables.has(row.proxy),
    status: row.text('status'),
    queue: row.number('qcur'),
    sessions: row.number('scur'),
    total: row.number('stot'),
    weight: row.number('weight'),
  }
}

function serverView(state: ServerState, row: StatRow): ServerView {
  return {
    backend: state.backend,
    name: state.server,
    address: state.address,
    port: state.port,
    fqdn: state.fqdn,
    ...readAdminMask(state.adminMask),
    adminMask: state.adminMask,
    opState: state.opState,
    status: row.text('status'),
    userWeight: state.userWeight,
    initialWeight: state.initialWeight,
    weight: row.number('weight'),
    throttle: row.text('throttle') === '' ? null : row.number('throttle'),
    sessions: row.number('scur'),
    queue: row.number('qcur'),
    limit: row.text('slim') === '' ? null : row.number('slim'),
    total: row.number('stot'),
    connectErrors: row.number('econ'),
    responseErrors: row.number('eresp'),
    retries: row.number('wretr'),
    redispatches: row.number('wredis'),
    idleConnections: row.number('srv_icur'),
    backup: row.number('bck') > 0,
    secondsSinceChange: row.number('lastchg'),
    tracks: row.text('tracked'),
    cookie: row.text('cookie'),
    check: healthCheck(state, row),
    agent: agentCheck(state, row),
  }
}

function healthCheck(state: ServerState, row: StatRow): HealthCheck {
  return {
    configured: (state.checkState & CONFIGURED) !== 0,
    enabled: (state.checkState & ENABLED) !== 0,
    paused: (state.checkState & PAUSED) !== 0,
    status: settled(row.text('check_status')),
    health: row.number('check_health'),
    rise: row.number('check_rise'),
    fall: row.number('check_fall'),
    failures: row.number('chkfail'),
    last: row.text('last_chk'),
  }
}

function agentCheck(state: ServerState, row: StatRow): AgentCheck {
  return {
    configured: (state.agentState & CONFIGURED) !== 0,
    enabled: (state.agentState & ENABLED) !== 0,
    status: settled(row.text('agent_status')),
  }
}

/** A check under way puts a star before the result of the one before it: `* L7OK`. */
function settled(status: string): string {
  return status.replace(/^\* /, '')
}
