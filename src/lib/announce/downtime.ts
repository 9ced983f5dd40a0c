import type {Clock} from '../engine/clock.js'
import type {Announcer, Entry, Told} from '../engine/ports.js'
import type {DatadogAccess} from '../systems/datadog/access.js'
import {cancelDowntime, createDowntime, extendDowntime, findDowntimes} from '../systems/datadog/downtime.js'
import {systemOf, whyOf} from './tell.js'

export interface DowntimeRule {
  /** With `{system}`, `{target}` and `{subject}` of the run. */
  scope: string
  monitorTags?: readonly string[] | undefined
  /** Milliseconds until it ends by itself; counted anew while the run goes on. */
  forMs: number
}

const LIMIT_MS = 5000
/** However long a run takes, and whatever the rule says: nobody is silenced for longer by one downtime. */
const LONGEST_MS = 8 * 3_600_000
/** When so much of its time is over, the end is moved. */
const EXTEND_AT = 0.8

type Downtime = NonNullable<Extract<Entry, {kind: 'announced'}>['downtime']>

/**
 * A downtime for as long as the run goes on. Its hard end is set before the first change, so that a crash leaves nobody silenced;
 * its id is journalled, so that who resumes or undoes the crashed run closes what it left. What it had no time to journal is found
 * by its mark.
 */
export function downtimeAnnouncer(
  rule: DowntimeRule,
  access: () => DatadogAccess,
  clock: Clock,
  warn: (says: string) => void,
): Announcer {
  const over = new AbortController()
  let current: Downtime | undefined
  let record: (entry: Entry) => Promise<void> = async () => {}
  const limit = () => AbortSignal.timeout(LIMIT_MS)
  let latest = Number.POSITIVE_INFINITY
  const until = () => new Date(Math.min(clock.now() + rule.forMs, latest)).toISOString()

  async function open(told: Told): Promise<void> {
    latest = clock.now() + LONGEST_MS
    const mark = markOf(told)
    const wish = {
      scope: scopeOf(rule.scope, told),
      monitorTags: rule.monitorTags,
      until: until(),
      message: `${told.runbook} ${told.subject} ${mark}`,
      mark,
    }
    const id = await createDowntime(access(), wish, limit())
    current = {id, until: wish.until}
    await note(`a downtime of ${wish.scope} until ${wish.until} at the latest`, current)
    void keepOpen()
  }

  /** Killed between the request and the journal. Whoever cannot be asked has set an end to it. */
  async function unrecorded(told: Told): Promise<Downtime[]> {
    try {
      return await findDowntimes(access(), {mark: markOf(told), scope: scopeOf(rule.scope, told)}, limit())
    } catch {
      return []
    }
  }

  async function keepOpen(): Promise<void> {
    while (current && Date.parse(current.until) < latest) {
      await clock.sleep(rule.forMs * EXTEND_AT, over.signal)
      if (over.signal.aborted || !current) return
      const later = {id: current.id, until: until()}
      try {
        await extendDowntime(access(), later.id, later.until, limit())
        current = later
        await note(`the downtime goes on until ${later.until} at the latest`, later)
      } catch (error) {
        if (over.signal.aborted) return
        return warn(`the downtime could not be extended (${whyOf(error)}): it ends at ${current.until}`)
      }
    }
  }

  async function close(downtime: Downtime): Promise<void> {
    try {
      await cancelDowntime(access(), downtime.id, limit())
      await note('the downtime is over', {...downtime, over: true})
    } catch (error) {
      warn(`the downtime could not be ended (${whyOf(error)}): it ends by itself at ${downtime.until}`)
    }
  }

  const note = (says: string, downtime: Downtime) =>
    record({kind: 'announced', where: 'Datadog', says, downtime})

  return {
    async began(told, recordEntry) {
      record = recordEntry
      const left = leftOpen([...(told.past ?? []), ...(told.takesBack ?? [])])
      if (told.past) left.push(...(await unrecorded(told)))
      try {
        await open(told)
      } catch (error) {
        warn(`there is no downtime, monitors may alert: ${whyOf(error)}`)
      }
      const ended = new Set([current?.id])
      for (const one of left.filter(({id}) => !ended.has(id))) {
        ended.add(one.id)
        await close(one)
      }
    },
    async failed() {},
    async ended() {
      over.abort()
      const open = current
      current = undefined
      if (open) await close(open)
    },
  }
}

const markOf = ({run}: Told) => `[redeye ${run}]`

/** What an earlier part of the run, or the run that it takes back, began and never ended. */
function leftOpen(past: readonly Entry[]): Downtime[] {
  const known = new Map<string, Downtime>()
  for (const entry of past)
    if (entry.kind === 'announced' && entry.downtime) known.set(entry.downtime.id, entry.downtime)
  return [...known.values()].filter((one) => !one.over)
}

/** Tags have no other characters [Datadog, tagging]: anything else could widen the scope. */
export function scopeOf(scope: string, told: Told): string {
  const [, target = ''] = told.things[0]?.split('/') ?? []
  const words: Readonly<Record<string, string>> = {system: systemOf(told), target, subject: told.subject}
  return scope.replaceAll(/\{(\w+)\}/g, (all, word: string) => {
    const value = words[word]?.replaceAll(/[^\p{L}\p{N}_:./-]/gu, '_')
    if (!value) throw new Error(`the scope of the downtime has ${all}, and the run has no such word`)
    return value
  })
}
