import type {BucketWriter} from './bucket.js'
import type {AwsSession} from './session.js'

export function bucketWriter(session: AwsSession): BucketWriter {
  return {
    async putAccessBlock(bucket, block, signal) {
      const {sdk, client} = await session.s3()
      const asked = {
        Bucket: bucket,
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: block.blockAcls,
          IgnorePublicAcls: block.ignoreAcls,
          BlockPublicPolicy: block.blockPolicy,
          RestrictPublicBuckets: block.restrictBuckets,
        },
      }
      await session.ask('s3 PutBucketPublicAccessBlock', 'change', signal, (how) =>
        client.send(new sdk.PutPublicAccessBlockCommand(asked), how),
      )
    },
    async deleteAccessBlock(bucket, signal) {
      const {sdk, client} = await session.s3()
      await session.ask('s3 PutBucketPublicAccessBlock', 'change', signal, (how) =>
        client.send(new sdk.DeletePublicAccessBlockCommand({Bucket: bucket}), how),
      )
    },
    async putBucketPolicy(bucket, policy, signal) {
      const {sdk, client} = await session.s3()
      await session.ask('s3 PutBucketPolicy', 'change', signal, (how) =>
        client.send(new sdk.PutBucketPolicyCommand({Bucket: bucket, Policy: policy}), how),
      )
    },
    async deleteBucketPolicy(bucket, signal) {
      const {sdk, client} = await session.s3()
      await session.ask('s3 DeleteBucketPolicy', 'change', signal, (how) =>
        client.send(new sdk.DeleteBucketPolicyCommand({Bucket: bucket}), how),
      )
    },
  }
}
