import type {Announcer, Told} from '../engine/ports.js'
import type {News} from './message.js'

export type Moment = News['moment']

/** Somebody who is told. */
export interface Listener {
  /** For warnings: `Slack`, `Datadog`, a program. Never an address: that may be a secret. */
  name: string
  /** @throws whatever went wrong */
  hear(news: News, signal: AbortSignal): Promise<void>
}

/** Which of the news a listener gets. */
export interface Wanted {
  listener: Listener
  on?: readonly Moment[] | undefined
  systems?: readonly string[] | undefined
}

const LIMIT_MS = 5000

/**
 * Tells all of them side by side, each within 5 s.
 * @param warn called with a sentence for who could not be told
 */
export function tellAll(
  wanted: readonly Wanted[],
  by: string,
  now: () => number,
  warn: (says: string) => void,
): Announcer {
  let current: {told: Told; since: number} | undefined

  async function tell(news: News): Promise<void> {
    const interested = wanted.filter(
      ({on, systems}) => (!on || on.includes(news.moment)) && concerns(systems, news.told),
    )
    await Promise.all(interested.map(({listener}) => tellOne(listener, news)))
  }

  async function tellOne(listener: Listener, news: News): Promise<void> {
    try {
      await listener.hear(news, AbortSignal.timeout(LIMIT_MS))
    } catch (error) {
      warn(`${listener.name} could not be told about the ${news.moment} of the run: ${whyOf(error)}`)
    }
  }

  return {
    async began(told) {
      current = {told, since: now()}
      await tell({moment: told.past ? 'resume' : 'start', told, by})
    },
    async failed(why) {
      if (current) await tell({moment: 'failure', told: current.told, by, why})
    },
    async ended(conclusion) {
      if (!current) return
      const {told, since} = current
      await tell({moment: 'end', told, by, conclusion, tookMs: now() - since})
    },
  }
}

/** The first word of what it locks: an undo has the system of the run that it takes back. */
export function systemOf({things}: Told): string {
  return things[0]?.split('/')[0] ?? ''
}

/** Whether the run is on one of these systems; on any where none is named. */
export function concerns(systems: readonly string[] | undefined, told: Told): boolean {
  return !systems || systems.includes(systemOf(told))
}

export function whyOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
