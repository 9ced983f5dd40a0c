import {type Step, step} from '../../../engine/step.js'
import type {AwsSystems} from '../../../systems/aws/account.js'
import {paced} from '../amounts.js'
import {at} from './at.js'

type Before = {lifecycle: string}
type Asked = {account: string}
type Named = {id: string; name: string}

/** Draining is part of it, up to an hour where the target groups say so. */
const ENTER_MS = 15 * 60_000
const EXIT_MS = 10 * 60_000

/** The group neither counts on it nor replaces it, and its load balancing has let go of it. */
export function enterStandbyStep(
  systems: AwsSystems,
  {account}: Asked,
  group: string,
  instance: Named,
): Step {
  const {aws, id, name} = at(systems, account, instance)
  return step<Before>({
    id: 'standby',
    says: `${group}: put ${name} into Standby, and want one less`,
    async probe(signal) {
      const lifecycle = await lifecycleOf(aws, group, id, signal)
      return {reached: lifecycle === 'Standby', saw: lifecycle, before: {lifecycle}}
    },
    async apply(signal) {
      // One that is on its way is not told again.
      if ((await lifecycleOf(aws, group, id, signal)) === 'InService')
        await (await aws()).enterStandby(group, id, signal)
    },
    patienceMs: ENTER_MS,
    pollMs: paced,
    recheck: ['last-healthy-target'],
    onFailure: 'undo',
    undo: {
      kind: 'restore',
      says: `${group}: put ${name} back into service, and want one more`,
      run: async (_before, signal) => (await aws()).exitStandby(group, id, signal),
    },
  })
}

export function exitStandbyStep(systems: AwsSystems, {account}: Asked, group: string, instance: Named): Step {
  const {aws, id, name} = at(systems, account, instance)
  return step<Before>({
    id: 'in-service',
    says: `${group}: put ${name} back into service, and want one more`,
    async probe(signal) {
      const lifecycle = await lifecycleOf(aws, group, id, signal)
      return {reached: lifecycle === 'InService', saw: lifecycle, before: {lifecycle}}
    },
    async apply(signal) {
      if ((await lifecycleOf(aws, group, id, signal)) === 'Standby')
        await (await aws()).exitStandby(group, id, signal)
    },
    patienceMs: EXIT_MS,
    pollMs: paced,
    undo: {kind: 'leave', why: 'it is where it was before'},
  })
}

async function lifecycleOf(
  aws: ReturnType<typeof at>['aws'],
  group: string,
  id: string,
  signal: AbortSignal,
): Promise<string> {
  const found = await (await aws()).scalingGroup(group, signal)
  return found?.members.find((member) => member.id === id)?.lifecycle ?? 'not a member'
}
