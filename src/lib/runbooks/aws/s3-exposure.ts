import type {AwsSystems} from '../../systems/aws/account.js'
import type {Reading} from '../reading.js'
import {type BucketFacts, openings, readBucket} from './bucket-facts.js'
import {servicesIn} from './lockdown-policy.js'
import {exposureTable} from './s3-lockdown.js'

type Exposure = BucketFacts & {
  /** How S3 answers somebody who has not signed in; null when no object is known. */
  nobody: 'denied' | 'answered' | null
}

export async function readExposure(
  systems: AwsSystems,
  asked: {account: string; bucket: string},
  signal: AbortSignal,
): Promise<Exposure> {
  const facts = await readBucket(systems, asked, signal)
  const {name, someKey} = facts.bucket
  const aws = await systems.aws(asked.account)
  return {...facts, nobody: someKey === null ? null : await aws.askedByNobody(name, someKey, signal)}
}

/** How open a bucket is, by what is set and by trying. */
export function exposure(facts: Exposure): Reading {
  const {identity, bucket, nobody} = facts
  const open = openings(bucket)
  const services = servicesIn(bucket.policy)
  return {
    tables: [exposureTable(facts)],
    notes: [
      ...(identity.endpoint === null ? [] : ['an endpoint override is in force: this is not AWS']),
      ...open,
      ...(nobody === 'answered' ? [`anybody gets ${bucket.someKey} without signing in`] : []),
      ...(bucket.website ? ['it hosts a website'] : []),
      ...(services.length > 0 ? [`its policy lets in ${services.join(', ')}`] : []),
    ],
    json: {
      account: identity.account,
      endpoint: identity.endpoint,
      bucket: bucket.name,
      exposed: open.length > 0 || nobody === 'answered',
      openings: open,
      nobody,
      block: bucket.block,
      policyPublic: bucket.policyPublic,
      publicGrants: bucket.publicGrants,
      website: bucket.website,
      services,
    },
  }
}
