import {dirname} from 'node:path'
import type {DowntimeRule} from '../announce/downtime.js'
import type {Wanted} from '../announce/tell.js'
import type {Announcer, Told} from '../engine/ports.js'
import type {Announcement} from '../inventory/announce.js'
import type {Loaded} from '../inventory/load.js'
import {realClock} from './clock.js'
import {datadogAccess} from './datadog-env.js'
import {parseDuration} from './duration.js'
import type {Environment} from './environment.js'
import type {ChangeFlags} from './flags.js'
import {inventoryIfAny} from './inventory.js'
import {secretValue} from './secrets.js'

const HOUR_MS = 3_600_000

/**
 * Who is told about a run: what the inventory says, and the flags. It is looked up when the run begins; whatever is wrong with
 * it is a warning.
 * @param silenced it is a part of something that has a downtime
 */
export function announcers(
  flags: Pick<ChangeFlags, 'announce' | 'downtime' | 'inventory'>,
  at: Environment,
  warn: (says: string) => void,
  silenced = false,
): Announcer {
  // Without keys there is no downtime, and who asked for one is told before anything is done.
  if (flags.downtime !== undefined) datadogAccess(at.env)
  let opened: Announcer | undefined
  return {
    async began(told, record) {
      try {
        opened = await open(flags, at, warn, silenced || isDocument(told))
      } catch (error) {
        return warn(`nobody is told about this run: ${error instanceof Error ? error.message : error}`)
      }
      await opened.began(told, record)
    },
    failed: async (why) => await opened?.failed(why),
    ended: async (conclusion) => await opened?.ended(conclusion),
  }
}

async function open(
  flags: Pick<ChangeFlags, 'announce' | 'downtime' | 'inventory'>,
  at: Environment,
  warn: (says: string) => void,
  silenced: boolean,
): Promise<Announcer> {
  const loaded = flags.announce ? await inventoryIfAny(flags.inventory, at) : undefined
  const [{tellAll}, {forSystems, inOrder}, {downtimeAnnouncer}] = await Promise.all([
    import('../announce/tell.js'),
    import('../announce/in-order.js'),
    import('../announce/downtime.js'),
  ])
  const announcements = loaded?.inventory.announce ?? []
  const wanted = await Promise.all(announcements.map((one) => wantedOf(one, loaded as Loaded, at)))
  const rules = rulesOf(silenced ? [] : announcements, flags.downtime)
  const silences = rules.map(({rule, systems}) =>
    forSystems(
      downtimeAnnouncer(rule, () => datadogAccess(at.env), realClock, warn),
      systems,
    ),
  )
  return inOrder([...silences, tellAll(wanted, `${at.user}@${at.host}`, realClock.now, warn)])
}

/** Nothing is to be silenced for it but what a flag names: its commands silence their own targets. */
function isDocument({things}: Told): boolean {
  return things[0]?.startsWith('book/') ?? false
}

async function wantedOf(announcement: Announcement, {source}: Loaded, at: Environment): Promise<Wanted> {
  const {on, systems} = announcement
  return {listener: await listenerOf(announcement, dirname(source), at), on, systems}
}

async function listenerOf(announcement: Announcement, directory: string, at: Environment) {
  if ('webhook' in announcement) {
    const {webhookListener} = await import('../announce/webhook.js')
    return webhookListener(() => secretValue(announcement.webhook, directory, at))
  }
  if ('datadog' in announcement) {
    const {datadogListener} = await import('../announce/datadog.js')
    return datadogListener(() => datadogAccess(at.env), announcement.datadog.tags ?? [])
  }
  const {programListener} = await import('../announce/program.js')
  return programListener(announcement.cmd as [string, ...string[]], {env: at.env, cwd: directory})
}

/** The flag's scope goes before what the inventory says. */
function rulesOf(
  announcements: readonly Announcement[],
  scope: string | undefined,
): {rule: DowntimeRule; systems?: readonly string[] | undefined}[] {
  if (scope !== undefined) return [{rule: {scope, forMs: HOUR_MS}}]
  return announcements.flatMap((one) => {
    if (!('datadog' in one) || !one.datadog.downtime) return []
    const {scope: template, monitorTags, for: length} = one.datadog.downtime
    const forMs = (length === undefined ? undefined : parseDuration(length)) ?? HOUR_MS
    return [{rule: {scope: template, monitorTags, forMs}, systems: one.systems}]
  })
}
