import {type Step, step} from '../../../engine/step.js'
import type {AwsAccount, AwsSystems} from '../../../systems/aws/account.js'
import {paced} from '../amounts.js'
import type {Facts} from '../facts.js'
import {serves} from '../guards/serving.js'
import type {RecoverInput} from '../input.js'
import {at} from './at.js'

const TERMINATE_MS = 15 * 60_000
const REPLACE_MS = 20 * 60_000

/** The group ends it and starts another one. */
export function terminateStep(
  systems: AwsSystems,
  asked: RecoverInput,
  group: string,
  {instance}: Facts,
): Step {
  const {aws, id, name} = at(systems, asked.account, instance)
  return step<{state: string}>({
    id: 'terminate',
    says: `${group}: end ${name}, to be replaced`,
    async probe(signal) {
      const account = await aws()
      const state = await stateOf(account, id, signal)
      const activity = await account.termination(group, id, signal)
      // A lifecycle hook may hold it in Terminating:Wait.
      const lifecycle = await memberAt(account, group, id, signal)
      return {
        reached: state === 'terminated' && lifecycle === undefined,
        saw: [
          state,
          ...(lifecycle ? [lifecycle] : []),
          ...(activity ? [`activity ${activity.status}`] : []),
        ].join(', '),
        before: {state},
        hopeless: activity?.status === 'Failed' || activity?.status === 'Cancelled',
      }
    },
    async apply(signal) {
      const account = await aws()
      const leaves = /^Terminat/.test((await memberAt(account, group, id, signal)) ?? 'Terminated')
      if (!leaves) await account.terminateInGroup(id, signal)
    },
    patienceMs: TERMINATE_MS,
    pollMs: paced,
    recheck: ['last-healthy-target', 'group-replaces'],
    undo: {kind: 'leave', why: 'an instance that is ended does not come back'},
    irreversible: 'an instance that is ended does not come back',
  })
}

/** Only looks: somebody new is in service, and every target group serves as before. */
export function replacedStep(systems: AwsSystems, asked: RecoverInput, group: string, facts: Facts): Step {
  const before = new Set(facts.group?.members.map(({id}) => id))
  const serving = facts.memberships.map(({arn, name, targets}) => ({
    arn,
    name,
    wanted: targets.filter(serves).length,
  }))
  return step<null>({
    id: 'replaced',
    says: `${group}: see the new one in service`,
    async probe(signal) {
      const account = await systems.aws(asked.account)
      const members = (await account.scalingGroup(group, signal))?.members ?? []
      const fresh = members.filter(({id}) => !before.has(id))
      const [well] = fresh.filter(({lifecycle, health}) => lifecycle === 'InService' && health === 'HEALTHY')
      const counts = await Promise.all(
        serving.map(async ({arn, name, wanted}) => {
          const targets = await account.targetsOf(arn, signal)
          const now = targets.filter((one) => serves(one) && one.id !== facts.instance.id).length
          return {enough: now >= wanted, says: `${name} ${now} of ${wanted} healthy`}
        }),
      )
      const newOnes = fresh.map(({id, lifecycle, health}) => `${id} ${lifecycle} ${health.toLowerCase()}`)
      return {
        reached: well !== undefined && counts.every(({enough}) => enough),
        saw: [newOnes.join(', ') || 'no new member yet', ...counts.map(({says}) => says)].join('; '),
        before: null,
      }
    },
    patienceMs: REPLACE_MS,
    pollMs: paced,
    undo: {kind: 'leave', why: 'it only looks'},
  })
}

async function memberAt(account: AwsAccount, group: string, id: string, signal: AbortSignal) {
  const members = (await account.scalingGroup(group, signal))?.members ?? []
  return members.find((member) => member.id === id)?.lifecycle
}

/** An hour after its end it is not known any more. */
async function stateOf(account: AwsAccount, id: string, signal: AbortSignal): Promise<string> {
  const [found] = await account.findInstances(id, signal)
  return found?.state ?? 'terminated'
}
