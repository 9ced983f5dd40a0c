import {expect} from 'vitest'
import type {Event} from '../../../src/lib/engine/event.js'
import type {State} from '../../../src/lib/engine/state.js'
import type {Line} from '../../../src/lib/journal/line.js'

const BROKEN: readonly State[] = ['failed', 'timed-out', 'in-doubt']

/**
 * Reads a journal from the start and counts, at every line, the hosts of each site that are between their restart and its
 * proof, or broken by it. Returns the most that were out of each site at any moment.
 */
export function mostOutOf(lines: readonly Line[], siteOf: (host: string) => string): Map<string, number> {
  const out = new Map<string, Set<string>>()
  const most = new Map<string, number>()
  for (const line of lines) {
    if (line.kind !== 'applying' && line.kind !== 'settled') continue
    const host = line.kind === 'applying' ? line.step : line.result.step
    const site = siteOf(host)
    const now = out.get(site) ?? new Set<string>()
    out.set(site, now)
    if (line.kind === 'applying') now.add(host)
    else if (!BROKEN.includes(line.result.state)) now.delete(host)
    most.set(site, Math.max(most.get(site) ?? 0, now.size))
  }
  return most
}

/** Nothing is started after the failure that is one too many. @param allowed by hosts tried so far */
export function stoppedInTime(events: readonly Event[], allowed: (tried: number) => number): void {
  let [tried, failures, over] = [0, 0, false]
  for (const event of events) {
    if (event.type === 'start') {
      tried += 1
      expect(over, `${event.step} was started too late`).toBe(false)
    }
    if (event.type !== 'end') continue
    if (BROKEN.includes(event.result.state)) failures += 1
    over ||= failures > allowed(tried)
  }
  expect(over).toBe(true)
}
