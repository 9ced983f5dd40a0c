import type {Environment} from './environment.js'
import {CONNECT_MS, type HostFlags, PROBES} from './receivers-flags.js'
import {unitOf} from './receivers-input.js'
import {selectionOf} from './receivers-selection.js'

interface CheckFlags extends HostFlags {
  service?: string | undefined
  'connect-timeout'?: number
}

/** What the check of a fleet is asked, where nothing else was said: of `--sample N` hosts, those that are drawn today. */
export async function receiversCheckInput(
  fleet: string,
  cohort: string | undefined,
  flags: CheckFlags,
  at: Environment,
) {
  const {fleet: list, selection} = await selectionOf(fleet, cohort, {...flags, sample: undefined}, at)
  return {
    fleet,
    selection,
    unit: unitOf(flags.service, list.target),
    probes: flags.sample ?? PROBES,
    connectTimeoutMs: flags['connect-timeout'] ?? CONNECT_MS,
  }
}
