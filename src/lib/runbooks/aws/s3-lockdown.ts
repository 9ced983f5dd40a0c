import {z} from 'zod'
import type {Runbook, Table} from '../../engine/runbook.js'
import type {AwsSystems} from '../../systems/aws/account.js'
import {type BucketFacts, blockWords, openings, readBucket} from './bucket-facts.js'
import {account} from './guards/account.js'
import {noServices, noWebsite, ownRole, policyFits, whatSurvives} from './guards/buckets.js'
import {blockStep, closedSteps, denyStep} from './steps/lockdown.js'
import {notAws, whereWords} from './where.js'

export const lockdownInput = z.strictObject({
  account: z.string().min(1),
  bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, {error: 'the name of a bucket'}),
  /** Roles that keep their access; everybody else is denied everything. Empty: nothing is denied. */
  except: z.array(
    z.string().regex(/^arn:aws[\w-]*:iam::\d{12}:(root|(role|user)\/\S+)$/, {
      error: 'arn:aws:iam::ACCOUNT:role/NAME',
    }),
  ),
  mark: z.string().regex(/^[a-z0-9]{6,12}$/),
})
export type LockdownInput = z.infer<typeof lockdownInput>

/** Keeps the public out of a bucket, and with roles named, everybody else as well. */
export const s3Lockdown: Runbook<LockdownInput, BucketFacts, AwsSystems> = {
  id: 'aws.s3.lockdown',
  summary: 'Keep the public, or all but some roles, out of a bucket',
  input: lockdownInput,
  effect: () => 'disrupt',
  subject: (asked) => asked.bucket,
  locks: (asked) => [`aws/s3/${asked.bucket}`],
  survey: readBucket,
  rests: (_asked, {identity, bucket}) => ({
    account: identity.account,
    block: bucket.block,
    policy: bucket.policy,
  }),
  guards: ({except, mark}, facts) => [
    account(facts),
    ownRole(except, facts),
    noWebsite(facts),
    noServices(except, facts),
    policyFits(except, mark, facts),
    whatSurvives(except),
  ],
  view: (asked, facts) => ({
    title: `Keep ${asked.except.length > 0 ? `all but ${asked.except.length} roles` : 'the public'} out of ${asked.bucket}`,
    tables: [exposureTable(facts)],
    notes: [
      whereWords(facts.identity),
      ...openings(facts.bucket),
      ...(facts.bucket.someKey === null ? ['no object is known: it cannot be tried without signing in'] : []),
      'the block of the whole account and access points are not looked at',
    ],
  }),
  beware: (_asked, facts) => notAws(facts),
  stages(systems, asked, {bucket}) {
    // The denial first: with public policies blocked, S3 takes no policy that has a public part.
    const steps = [...(asked.except.length > 0 ? [denyStep(systems, asked)] : []), blockStep(systems, asked)]
    return [
      {id: 'lock', says: 'lock it', steps},
      {id: 'prove', says: 'see that it is locked', steps: closedSteps(systems, asked, bucket.someKey)},
    ]
  },
  undoGuards: (_asked, facts) => [account(facts)],
  afterwards: (_asked, run) => [`redeye aws s3 unlock ${run}`],
  onFailure: 'undo',
}

export function exposureTable({bucket}: BucketFacts): Table {
  return {
    columns: [{name: 'bucket', shrink: true}, {name: 'public access block'}, {name: 'policy'}, {name: 'ACL'}],
    rows: [
      [
        bucket.name,
        blockWords(bucket.block),
        bucket.policy === null ? 'none' : bucket.policyPublic ? 'public' : 'not public',
        bucket.publicGrants.length > 0 ? 'public' : 'not public',
      ],
    ],
  }
}
