import type {Plan} from '../engine/plan.js'
import type {Recorded} from '../journal/store.js'
import type {Facts} from '../runbooks/vsphere/facts.js'
import type {Past} from '../runbooks/vsphere/past.js'
import type {Environment} from './environment.js'
import {findRun} from './past-run.js'
import {stores} from './stores.js'
import {UsageError} from './usage-error.js'

const EVACUATE = 'vsphere.host.evacuate'

/**
 * What an evacuation of this host did: the one that is named, or the last one in the journals of this machine.
 * @throws UsageError when the named run is no evacuation of this host
 */
export async function pastEvacuation(
  vcenter: string,
  host: string,
  named: string | undefined,
  at: Environment,
): Promise<Past & {run: string | null}> {
  const found =
    named === undefined ? await lastOf(vcenter, host, at) : await namedRun(vcenter, host, named, at)
  if (!found) return {run: null, entered: false, moved: [], stopped: []}
  const {whatItDid} = await import('../runbooks/vsphere/past.js')
  return {run: found.run, ...whatItDid(found.plan, found.lines)}
}

async function namedRun(vcenter: string, host: string, text: string, at: Environment): Promise<Recorded> {
  const recorded = await findRun((await stores(at)).runs, text)
  if (!evacuates(recorded.plan, vcenter, host))
    throw new UsageError(
      `run ${recorded.run} is no evacuation of ${host}`,
      [],
      [`redeye runs show ${recorded.run}`],
    )
  return recorded
}

async function lastOf(vcenter: string, host: string, at: Environment): Promise<Recorded | undefined> {
  const {runs} = await stores(at)
  for (const run of (await runs.ids()).reverse()) {
    const recorded = await runs.read(run).catch(() => undefined)
    if (recorded && evacuates(recorded.plan, vcenter, host) && changed(recorded)) return recorded
  }
  return undefined
}

/** One that was repeated when there was nothing left to do says nothing of what was done. */
function changed({lines}: Recorded): boolean {
  return lines.some(({kind}) => kind === 'applying')
}

/** The host may have been called by another of its names then. */
function evacuates({runbook, input, facts}: Plan, vcenter: string, name: string): boolean {
  if (runbook !== EVACUATE || (input as {vcenter?: string}).vcenter !== vcenter) return false
  const {host} = facts as unknown as Facts
  return [host.name, host.ref, host.path, (input as {host?: string}).host].includes(name)
}
