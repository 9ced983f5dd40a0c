import {type Step, step} from '../../../engine/step.js'
import type {AwsSystems} from '../../../systems/aws/account.js'
import type {AccessBlock} from '../../../systems/aws/bucket.js'
import {paced} from '../amounts.js'
import {BLOCKED, blockWords, isBlocked} from '../bucket-facts.js'
import {isLocked, lockedPolicy, samePolicy} from '../lockdown-policy.js'

const SEEN_MS = 60_000
/** S3 may take a while until every place knows. */
const CLOSED_MS = 5 * 60_000

export interface Lockdown {
  account: string
  bucket: string
  except: string[]
  mark: string
}

/** Only what this run wrote is taken back: somebody may have had a reason to change it since. */
function changedMeanwhile(what: string, saw: string): Error {
  return new Error(`changed-meanwhile: ${what} is not what this run wrote (${saw}); it stays as it is`)
}

/** Everything is denied to all but some roles. */
export function denyStep(systems: AwsSystems, {account, bucket, except, mark}: Lockdown): Step {
  const wanted = (former: string | null) => lockedPolicy(former, bucket, except, mark)
  return step<{policy: string | null}>({
    id: 'deny',
    says: `${bucket}: deny everything to all but ${except.join(', ')}`,
    async probe(signal, before) {
      const policy = await (await systems.aws(account)).bucketPolicy(bucket, signal)
      const reached = before ? samePolicy(policy, wanted(before.policy)) : isLocked(policy, bucket, except)
      return {
        reached,
        saw: reached
          ? 'the policy denies it'
          : policy === null
            ? 'there is no policy'
            : 'the policy does not deny it',
        before: {policy},
      }
    },
    apply: async (signal, {policy}) =>
      (await systems.aws(account)).putBucketPolicy(bucket, wanted(policy), signal),
    patienceMs: SEEN_MS,
    pollMs: paced,
    undo: {
      kind: 'restore',
      says: `${bucket}: put its former policy back`,
      async run({policy}, signal) {
        const aws = await systems.aws(account)
        const now = await aws.bucketPolicy(bucket, signal)
        if (!samePolicy(now, wanted(policy)))
          throw changedMeanwhile('the policy', now === null ? 'there is none' : 'it says something else')
        await (policy === null
          ? aws.deleteBucketPolicy(bucket, signal)
          : aws.putBucketPolicy(bucket, policy, signal))
      },
      restored: (now, before) => samePolicy(now.policy, before.policy),
    },
  })
}

export function blockStep(systems: AwsSystems, {account, bucket}: Lockdown): Step {
  return step<{block: AccessBlock | null}>({
    id: 'block',
    says: `${bucket}: block all public access`,
    async probe(signal) {
      const block = await (await systems.aws(account)).accessBlock(bucket, signal)
      return {reached: isBlocked(block), saw: blockWords(block), before: {block}}
    },
    apply: async (signal) => (await systems.aws(account)).putAccessBlock(bucket, BLOCKED, signal),
    patienceMs: SEEN_MS,
    pollMs: paced,
    undo: {
      kind: 'restore',
      says: `${bucket}: put its former public access block back`,
      async run({block}, signal) {
        const aws = await systems.aws(account)
        const now = await aws.accessBlock(bucket, signal)
        if (!isBlocked(now)) throw changedMeanwhile('the public access block', blockWords(now))
        await (block === null
          ? aws.deleteAccessBlock(bucket, signal)
          : aws.putAccessBlock(bucket, block, signal))
      },
    },
  })
}

/** Only looks: as nobody, and as ourselves. */
export function closedSteps(
  systems: AwsSystems,
  {account, bucket, except}: Lockdown,
  key: string | null,
): Step[] {
  const nobody = step<null>({
    id: 'closed',
    says: `${bucket}: see that nobody gets ${key} without signing in`,
    async probe(signal) {
      const answer = await (await systems.aws(account)).askedByNobody(bucket, key ?? '', signal)
      return {
        reached: answer === 'denied',
        saw: answer === 'denied' ? 'denied' : 'still answered',
        before: null,
      }
    },
    patienceMs: CLOSED_MS,
    pollMs: paced,
    undo: {kind: 'leave', why: 'it only looks'},
    // It is closed further than before, though not for all: opening it again would be the worse end.
    onFailure: 'stop',
  })
  const ourselves = step<null>({
    id: 'own-access',
    says: `${bucket}: see that we can list it`,
    async probe(signal) {
      const may = await (await systems.aws(account)).mayList(bucket, signal)
      return {reached: may, saw: may ? 'listed' : 'denied to us', before: null, hopeless: !may}
    },
    patienceMs: SEEN_MS,
    pollMs: paced,
    undo: {kind: 'leave', why: 'it only looks'},
  })
  return [...(except.length > 0 ? [ourselves] : []), ...(key === null ? [] : [nobody])]
}
