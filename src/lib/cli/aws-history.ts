import type {Entry} from '../engine/ports.js'
import type {Recorded} from '../journal/store.js'
import type {Facts} from '../runbooks/aws/facts.js'
import type {AttachTarget} from '../runbooks/aws/input.js'
import type {Environment} from './environment.js'
import {findRun} from './past-run.js'
import {stores} from './stores.js'
import {UsageError} from './usage-error.js'

const TOOK_OUT = ['aws.target.detach', 'aws.instance.recover']

/** What a run took out of which target groups. @throws UsageError when it took nothing out */
export async function takenOut(
  text: string,
  at: Environment,
): Promise<{account: string; instance: string; run: string; targets: AttachTarget[]}> {
  const recorded = await findRun((await stores(at)).runs, text)
  const {run, plan} = recorded
  if (!TOOK_OUT.includes(plan.runbook))
    throw new UsageError(
      `run ${run} is ${plan.runbook}: only runs that took an instance out of load balancing can be named`,
      [],
      ['redeye runs list'],
    )
  const {leaving} = await import('../runbooks/aws/leaving.js')
  const {account} = plan.input as {account: string}
  const {instance, memberships} = plan.facts as unknown as Facts
  const sent = detached(recorded)
  const targets = leaving(memberships)
    .map(({target}) => target)
    .filter(({groupName, id, port}) => sent.has(`detach.${groupName}.${id}.${port}`))
  if (sent.has('standby'))
    throw new UsageError(
      `run ${run} put ${instance.id} into Standby: its auto scaling group takes it back`,
      [],
      [`redeye runs undo ${run}`],
    )
  if (targets.length === 0)
    throw new UsageError(
      `run ${run} took ${instance.id} out of no target group`,
      [],
      [`redeye runs show ${run}`],
    )
  return {account, instance: instance.id, run, targets}
}

/** Ids of the steps that were begun. */
function detached({lines}: Pick<Recorded, 'lines'>): Set<string> {
  const begun = (entry: Entry) => (entry.kind === 'applying' ? [entry.step] : [])
  return new Set(lines.flatMap(begun))
}
