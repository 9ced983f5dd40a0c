import type {Grant} from '@aws-sdk/client-s3'
import type {RemoteError} from '../../remote/fault.js'
import type {AccessBlock, BucketReader} from './bucket.js'
import type {AwsSession} from './session.js'

const EVERYBODY: Readonly<Record<string, string>> = {
  'http://acs.amazonaws.com/groups/global/AllUsers': 'everybody',
  'http://acs.amazonaws.com/groups/global/AuthenticatedUsers': 'every AWS account',
}

export function bucketReader(session: AwsSession): BucketReader {
  const accessBlock = async (Bucket: string, signal: AbortSignal): Promise<AccessBlock | null> => {
    const {sdk, client} = await session.s3()
    const page = await session
      .ask('s3 GetBucketPublicAccessBlock', 'read', signal, (how) =>
        client.send(new sdk.GetPublicAccessBlockCommand({Bucket}), how),
      )
      .catch(unless('no-such-public-access-block-configuration'))
    const found = page?.PublicAccessBlockConfiguration
    if (!found) return null
    return {
      blockAcls: found.BlockPublicAcls === true,
      ignoreAcls: found.IgnorePublicAcls === true,
      blockPolicy: found.BlockPublicPolicy === true,
      restrictBuckets: found.RestrictPublicBuckets === true,
    }
  }
  const bucketPolicy = async (Bucket: string, signal: AbortSignal): Promise<string | null> => {
    const {sdk, client} = await session.s3()
    const page = await session
      .ask('s3 GetBucketPolicy', 'read', signal, (how) =>
        client.send(new sdk.GetBucketPolicyCommand({Bucket}), how),
      )
      .catch(unless('no-such-bucket-policy'))
    return page?.Policy ?? null
  }
  const firstKey = async (Bucket: string, signal: AbortSignal): Promise<{key: string | null}> => {
    const {sdk, client} = await session.s3()
    const {Contents = []} = await session.ask('s3 ListBucket', 'read', signal, (how) =>
      client.send(new sdk.ListObjectsV2Command({Bucket, MaxKeys: 1}), how),
    )
    return {key: Contents[0]?.Key ?? null}
  }
  return {
    accessBlock,
    bucketPolicy,
    async bucket(name, signal) {
      const block = await accessBlock(name, signal).catch((error: RemoteError) => {
        if (error.class === 'no-such-bucket') return 'no bucket' as const
        throw error
      })
      if (block === 'no bucket') return null
      const [policy, policyPublic, publicGrants, website, {key}] = await Promise.all([
        bucketPolicy(name, signal),
        isPolicyPublic(session, name, signal),
        readGrants(session, name, signal),
        hasWebsite(session, name, signal),
        firstKey(name, signal).catch(() => ({key: null})),
      ])
      return {name, block, policy, policyPublic, publicGrants, website, someKey: key}
    },
    async mayList(name, signal) {
      return await firstKey(name, signal).then(
        () => true,
        (error: RemoteError) => {
          if (error.class === 'not-permitted') return false
          throw error
        },
      )
    },
    async askedByNobody(Bucket, Key, signal) {
      const {sdk, client} = await session.unsignedS3()
      return await session
        .ask('s3 HeadObject', 'read', signal, (how) =>
          client.send(new sdk.HeadObjectCommand({Bucket, Key}), how),
        )
        .then(
          () => 'answered',
          (error: RemoteError) => {
            if (error.class === 'not-permitted') return 'denied'
            if (error.fault === 'answered') return 'answered'
            throw error
          },
        )
    },
  }
}

async function isPolicyPublic(session: AwsSession, Bucket: string, signal: AbortSignal): Promise<boolean> {
  const {sdk, client} = await session.s3()
  const page = await session
    .ask('s3 GetBucketPolicyStatus', 'read', signal, (how) =>
      client.send(new sdk.GetBucketPolicyStatusCommand({Bucket}), how),
    )
    .catch(unless('no-such-bucket-policy'))
  return page?.PolicyStatus?.IsPublic === true
}

async function readGrants(session: AwsSession, Bucket: string, signal: AbortSignal): Promise<string[]> {
  const {sdk, client} = await session.s3()
  const {Grants = []} = await session.ask('s3 GetBucketAcl', 'read', signal, (how) =>
    client.send(new sdk.GetBucketAclCommand({Bucket}), how),
  )
  return Grants.flatMap(({Grantee, Permission}: Grant) => {
    const whom = EVERYBODY[Grantee?.URI ?? '']
    return whom === undefined ? [] : [`${Permission} to ${whom}`]
  })
}

async function hasWebsite(session: AwsSession, Bucket: string, signal: AbortSignal): Promise<boolean> {
  const {sdk, client} = await session.s3()
  const page = await session
    .ask('s3 GetBucketWebsite', 'read', signal, (how) =>
      client.send(new sdk.GetBucketWebsiteCommand({Bucket}), how),
    )
    .catch(unless('no-such-website-configuration'))
  return page !== undefined
}

function unless(kind: string): (error: RemoteError) => undefined {
  return (error) => {
    if (error.class === kind) return undefined
    throw error
  }
}
