import type {Finding} from '../../../engine/runbook.js'
import type {BackendView, ServerView} from '../../../systems/haproxy/snapshot.js'
import {usable} from '../../../systems/haproxy/usable.js'
import {type Facts, fullName, leaving} from '../facts.js'
import type {Target} from '../input.js'

/** One affected backend on one instance, before and after the server has left. */
export interface Effect {
  instance: string
  backend: BackendView
  before: Rotation
  after: Rotation
  /** False when every entry that leaves is out already: then nothing gets worse. */
  worse: boolean
}

/** Where the change ends: MAINT also turns bound clients away, whom DRAIN still serves. */
type Going = Target & {end?: 'drain' | 'maint'}

export interface Rotation {
  active: ServerView[]
  backup: ServerView[]
  /** Sum of the weights of the usable active servers. */
  weight: number
}

export function effects(input: Going, facts: Facts): Effect[] {
  return facts.instances.flatMap((one) => {
    if (!one.snapshot) return []
    const out = leaving(one, input)
    return Object.values(one.snapshot.backends).flatMap((backend) => {
      const servers = Object.values(backend.servers)
      if (!servers.some((view) => out.has(fullName(view)))) return []
      const stay = servers.filter((view) => !out.has(fullName(view)))
      const leave = servers.filter((view) => out.has(fullName(view)))
      const worse = leave.some(({admin}) => (input.end === 'maint' ? admin !== 'maint' : admin === 'ready'))
      return [{instance: one.name, backend, before: rotation(servers), after: rotation(stay), worse}]
    })
  })
}

function rotation(servers: readonly ServerView[]): Rotation {
  const inUse = servers.filter(usable)
  const active = inUse.filter((view) => !view.backup)
  return {active, backup: inUse.filter((view) => view.backup), weight: sum(active, (view) => view.userWeight)}
}

/** Nobody would serve the backend. */
export function lastServer(input: Going, facts: Facts): Finding {
  const bad = effects(input, facts).filter(
    ({after, worse}) => worse && after.active.length === 0 && after.backup.length === 0,
  )
  if (bad.length === 0)
    return {id: 'last-server', level: 'pass', saw: 'every affected backend keeps a usable server'}
  return {
    id: 'last-server',
    level: 'refuse',
    saw: `no usable server would be left in ${where(bad)}: every request would get a 503`,
    clear: `bring another server of the backend back first (redeye haproxy status ${bad[0]?.backend.name})`,
    overridable: true,
  }
}

/** Only backup servers would serve the backend: often a page that says sorry. */
export function backupOnly(input: Going, facts: Facts): Finding {
  const bad = effects(input, facts).filter(
    ({after, worse}) => worse && after.active.length === 0 && after.backup.length > 0,
  )
  if (bad.length === 0)
    return {id: 'backup-only', level: 'pass', saw: 'no backend falls back to backup servers'}
  const names = [...new Set(bad.flatMap(({after}) => after.backup.map(fullName)))]
  return {
    id: 'backup-only',
    level: 'refuse',
    saw: `only backup servers (${names.join(', ')}) would be left in ${where(bad)}`,
    clear: 'bring another active server back first',
    overridable: true,
  }
}

/** Too little of the configured weight would be left. Weight counts, not the number of servers. */
export function enoughCapacity(input: Going & {minCapacity: number}, facts: Facts): Finding {
  const bad = effects(input, facts).filter(
    (effect) => effect.worse && effect.after.active.length > 0 && percentLeft(effect) < input.minCapacity,
  )
  if (bad.length === 0)
    return {
      id: 'capacity',
      level: 'pass',
      saw: `at least ${input.minCapacity} % of the weight stays in rotation`,
    }
  return {
    id: 'capacity',
    level: 'refuse',
    saw: bad
      .map((one) => `${one.backend.name} on ${one.instance} would keep ${percentLeft(one)} % of its weight`)
      .join('; ')
      .concat(`; at least ${input.minCapacity} % is asked for`),
    clear: 'bring other servers back first, or lower the bar knowingly with --min-capacity',
    overridable: true,
  }
}

/** Percent of the configured active weight that stays usable, rounded down. */
export function percentLeft({backend, after}: Effect): number {
  const configured = sum(
    Object.values(backend.servers).filter((view) => !view.backup),
    (view) => view.initialWeight,
  )
  return configured === 0 ? 100 : Math.floor((after.weight / configured) * 100)
}

/** The backend has a queue, or the servers that stay are nearly full. */
export function saturated(input: Going, facts: Facts): Finding {
  const bad = effects(input, facts).flatMap((effect) => {
    const {backend, instance, after, worse} = effect
    if (!worse) return []
    if (backend.queue > 0) return [`${backend.name} on ${instance} has ${backend.queue} requests waiting`]
    const limited = after.active.filter((view) => view.limit !== null && view.limit > 0)
    const room = sum(limited, (view) => view.limit ?? 0)
    const used = sum(limited, (view) => view.sessions)
    if (limited.length === after.active.length && room > 0 && used > 0.8 * room)
      return [`the servers that stay in ${backend.name} on ${instance} use ${used} of ${room} slots`]
    return []
  })
  if (bad.length === 0)
    return {id: 'saturated', level: 'pass', saw: 'no queue, and room on the servers that stay'}
  return {
    id: 'saturated',
    level: 'refuse',
    saw: bad.join('; '),
    clear: 'wait until the load is lower, or add capacity first',
    overridable: true,
  }
}

function where(bad: readonly Effect[]): string {
  return bad.map(({backend, instance}) => `${backend.name} on ${instance}`).join(', ')
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}
