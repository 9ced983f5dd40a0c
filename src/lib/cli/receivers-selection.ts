import {remember} from '../engine/memory.js'
import type {FleetHost} from '../inventory/fleet/host.js'
import type {Choice} from '../inventory/fleet/select.js'
import type {Environment} from './environment.js'
import {type Fleet, loadFleet, selectedBy} from './fleet.js'
import {findRun} from './past-run.js'
import type {HostFlags} from './receivers-flags.js'
import {choiceOf} from './selection-flags.js'
import {stores} from './stores.js'
import {UsageError} from './usage-error.js'

/** What the flags ask for, and how many hosts that is now. @throws UsageError before anything is contacted */
export async function selectionOf(
  name: string,
  cohort: string | undefined,
  flags: HostFlags,
  at: Environment,
): Promise<{fleet: Fleet; selection: Choice; hosts: FleetHost[]; ids: string[]; words: string}> {
  const fleet = await loadFleet(name, flags, at)
  const asked = await choiceOf(cohort, flags, at)
  const failed = flags['only-failed']
  const selection = failed === undefined ? asked : {...asked, ids: await failedOf(failed, asked.ids, at)}
  const {hosts, words} = await selectedBy(fleet, selection)
  return {fleet, selection, hosts, ids: hosts.map(({id}) => id), words}
}

/** Hosts of a run that were tried and did not succeed. @throws UsageError when there is none */
async function failedOf(text: string, among: readonly string[] | null, at: Environment): Promise<string[]> {
  const {runs} = await stores(at)
  const {run, plan, lines} = await findRun(runs, text)
  if (!plan.runbook.startsWith('receivers.'))
    throw new UsageError(`--only-failed ${text}: run ${run} is ${plan.runbook}, not one of receivers`)
  const failed = [...remember(lines)].flatMap(([id, {result}]) =>
    result?.state === 'changed' || result?.state === 'already' ? [] : [id],
  )
  const wanted = failed.filter((id) => among === null || among.includes(id))
  if (wanted.length === 0)
    throw new UsageError(
      `--only-failed ${text}: no host of run ${run} failed`,
      [],
      [`redeye runs show ${run}`],
    )
  return wanted
}
