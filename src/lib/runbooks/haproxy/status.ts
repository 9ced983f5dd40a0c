import type {Json} from '../../engine/json.js'
import type {Table} from '../../engine/runbook.js'
import {followers} from '../../systems/haproxy/followers.js'
import type {BackendView, ServerView, Snapshot} from '../../systems/haproxy/snapshot.js'
import {usable} from '../../systems/haproxy/usable.js'
import {disagreements} from './disagreements.js'
import type {Facts, InstanceFacts} from './facts.js'

export interface Status {
  tables: Table[]
  notes: string[]
  json: Json
}

/** What the group looks like, all instances side by side. `filter` is `BACKEND` or `BACKEND/SERVER`, or empty. */
export function status(facts: Facts, filter: string): Status {
  const differing = disagreements(facts).filter(({server}) => matches(server, filter))
  return {
    tables: [instanceTable(facts), serverTable(facts, filter, new Set(differing.map(({server}) => server)))],
    notes: [
      ...facts.instances.flatMap((one) => (one.error ? [`${one.name} does not answer: ${one.error}`] : [])),
      ...differing.map(({server, says}) => `the instances differ on ${server}: ${says}`),
      ...facts.instances.flatMap((one) => queued(one, filter)),
    ],
    json: {instances: facts.instances.map((one) => instanceJson(one, filter)), disagreements: differing},
  }
}

function instanceTable({instances}: Facts): Table {
  return {
    columns: [
      {name: 'instance'},
      {name: 'version'},
      {name: 'pid', align: 'right'},
      {name: 'up'},
      {name: 'level'},
      {name: 'socket', shrink: true},
    ],
    rows: instances.map(({name, snapshot, where}) =>
      snapshot
        ? [name, snapshot.version, String(snapshot.pid), uptime(snapshot.uptimeSec), snapshot.level, where]
        : [name, 'NO ANSWER', '', '', '', where],
    ),
  }
}

function serverTable(facts: Facts, filter: string, differing: ReadonlySet<string>): Table {
  const rows = facts.instances.flatMap(({name, snapshot}) =>
    serversOf(snapshot, filter).map((view) => ({name, view, full: `${view.backend}/${view.name}`})),
  )
  rows.sort((a, b) => (a.full < b.full ? -1 : a.full > b.full ? 1 : 0))
  return {
    columns: [
      {name: 'server', shrink: true},
      {name: 'on'},
      {name: 'state'},
      {name: 'weight', align: 'right'},
      {name: 'sess', align: 'right'},
      {name: 'queue', align: 'right'},
      {name: 'check'},
      {name: 'agent'},
      {name: ''},
    ],
    rows: rows.map(({name, view, full}) => [
      view.backup ? `${full} (backup)` : full,
      name,
      view.status,
      String(view.userWeight),
      String(view.sessions),
      String(view.queue),
      checkText(view),
      view.agent.configured ? (view.agent.enabled ? 'on' : 'off') : '-',
      differing.has(full) ? '<> differs' : '',
    ]),
  }
}

/** Those that wait for no server in particular are in no row of the table. */
function queued({name, snapshot}: InstanceFacts, filter: string): string[] {
  return Object.values(snapshot?.backends ?? {})
    .filter(({queue, name: backend}) => queue > 0 && backend === (filter.split('/')[0] || backend))
    .map(({queue, name: backend}) => `${queue} requests to ${backend} queue on ${name}`)
}

function checkText({check}: ServerView): string {
  if (check.paused) return 'paused'
  return check.configured
    ? `${check.status || 'none yet'} ${check.health}/${check.rise + check.fall - 1}`
    : '-'
}

function uptime(seconds: number): string {
  const units: [number, string][] = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'm'],
  ]
  const [size, unit] = units.find(([each]) => seconds >= 2 * each) ?? [1, 's']
  return `${Math.floor(seconds / size)}${unit}`
}

function instanceJson({name, where, error, snapshot}: InstanceFacts, filter: string): Json {
  if (!snapshot) return {name, socket: where, error}
  const {version, pid, uptimeSec, level} = snapshot
  const backends = Object.values(snapshot.backends).filter((backend) =>
    Object.values(backend.servers).some((view) => matches(`${view.backend}/${view.name}`, filter)),
  )
  return {
    name,
    socket: where,
    version,
    pid,
    uptimeSec,
    level,
    backends: backends.map((one) => backendJson(one, snapshot, filter)),
  }
}

function backendJson(backend: BackendView, snapshot: Snapshot, filter: string): Json {
  const servers = Object.values(backend.servers)
  const active = servers.filter((view) => !view.backup)
  const {name, mode, algorithm, queue, status: text} = backend
  return {
    name,
    mode,
    algorithm,
    status: text,
    queue,
    usable: servers.filter(usable).length,
    weight: active.filter(usable).reduce((sum, view) => sum + view.userWeight, 0),
    weightConfigured: active.reduce((sum, view) => sum + view.initialWeight, 0),
    servers: servers
      .filter((view) => matches(`${view.backend}/${view.name}`, filter))
      .map((view) => ({
        ...view,
        usable: usable(view),
        followers: followers(snapshot, view.backend, view.name).map((one) => `${one.backend}/${one.name}`),
      })),
  }
}

function serversOf(snapshot: Snapshot | null, filter: string): ServerView[] {
  return Object.values(snapshot?.backends ?? {})
    .flatMap((backend) => Object.values(backend.servers))
    .filter((view) => matches(`${view.backend}/${view.name}`, filter))
}

export function matches(server: string, filter: string): boolean {
  return filter === '' || server === filter || server.startsWith(`${filter}/`)
}
