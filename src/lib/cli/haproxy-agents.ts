import type {Environment} from './environment.js'
import {begunSince} from './run-id.js'
import {stores} from './stores.js'

/** A server that was drained longer ago than this is brought back by somebody who looks at it. */
const MATTERS_MS = 90 * 24 * 3600_000

/**
 * Which agent checks `ready` switches on again: those that the last drain of this machine's journals switched off.
 * An agent that somebody else switched off stays off unless the flag says otherwise.
 */
export async function agentsToEnable(
  group: string,
  insist: boolean,
  at: Environment,
): Promise<{agents: string[]; anyAgent: boolean}> {
  const {runs} = await stores(at)
  const off = new Set<string>()
  for (const run of begunSince(await runs.ids(), Date.now() - MATTERS_MS)) {
    const recorded = await runs.read(run).catch(() => undefined)
    if (recorded?.plan.runbook.startsWith('haproxy.') !== true) continue
    if ((recorded.plan.input as {group?: string}).group !== group) continue
    for (const line of recorded.lines) {
      if (line.kind === 'applying' && line.step.endsWith('.agent-off'))
        off.add(line.step.slice(0, -'.agent-off'.length))
      if (
        line.kind === 'unwound' &&
        line.result.step.endsWith('.agent-off') &&
        line.result.state === 'undone'
      )
        off.delete(line.result.step.slice(0, -'.agent-off'.length))
      if (line.kind === 'applying' && line.step.endsWith('.agent-on'))
        off.delete(line.step.slice(0, -'.agent-on'.length))
    }
  }
  return {agents: [...off], anyAgent: insist}
}
