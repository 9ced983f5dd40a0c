import {EarlyEnd} from '../../engine/early.js'
import type {AwsSystems} from '../../systems/aws/account.js'
import type {AccessBlock, Bucket} from '../../systems/aws/bucket.js'
import type {Identity} from '../../systems/aws/identity.js'

export type BucketFacts = {
  takenAtMs: number
  identity: Identity
  expectedAccount: string | null
  bucket: Bucket
}

export const BLOCKED: AccessBlock = {
  blockAcls: true,
  ignoreAcls: true,
  blockPolicy: true,
  restrictBuckets: true,
}

/** @throws EarlyEnd `usage` when there is no such bucket */
export async function readBucket(
  systems: AwsSystems,
  asked: {account: string; bucket: string},
  signal: AbortSignal,
): Promise<BucketFacts> {
  const aws = await systems.aws(asked.account)
  const bucket = await aws.bucket(asked.bucket, signal)
  if (!bucket) throw new EarlyEnd('usage', `there is no bucket ${asked.bucket}`)
  return {
    takenAtMs: systems.now(),
    identity: await aws.identity(signal),
    expectedAccount: aws.expectedAccount,
    bucket,
  }
}

export function isBlocked(block: AccessBlock | null): boolean {
  return block !== null && Object.values(block).every(Boolean)
}

export function blockWords(block: AccessBlock | null): string {
  if (block === null) return 'no public access block'
  const on = Object.entries(block).flatMap(([name, value]) => (value ? [name] : []))
  return isBlocked(block) ? 'all public access is blocked' : `blocked: ${on.join(', ') || 'nothing'}`
}

/** Ways by which the public gets in now. */
export function openings({block, policyPublic, publicGrants}: Bucket): string[] {
  return [
    ...(policyPublic && !block?.restrictBuckets ? ['its policy is public'] : []),
    ...(block?.ignoreAcls ? [] : publicGrants.map((grant) => `its ACL gives ${grant}`)),
  ]
}
