/** What of a bucket is kept from the public, whatever policies and ACLs say. */
export type AccessBlock = {
  blockAcls: boolean
  ignoreAcls: boolean
  blockPolicy: boolean
  restrictBuckets: boolean
}

export type Bucket = {
  name: string
  block: AccessBlock | null
  /** JSON text, as it was written. */
  policy: string | null
  /** What S3 itself makes of the policy. */
  policyPublic: boolean
  /** `READ to everybody`, of the ACL. */
  publicGrants: string[]
  website: boolean
  /** Some object, to ask for; null when there is none, or it cannot be listed. */
  someKey: string | null
}

export interface BucketReader {
  /** @returns null when there is no such bucket */
  bucket(name: string, signal: AbortSignal): Promise<Bucket | null>
  accessBlock(bucket: string, signal: AbortSignal): Promise<AccessBlock | null>
  bucketPolicy(bucket: string, signal: AbortSignal): Promise<string | null>
  /** Whether we ourselves may list it. */
  mayList(bucket: string, signal: AbortSignal): Promise<boolean>
  /** Asks for an object as nobody, without a signature. */
  askedByNobody(bucket: string, key: string, signal: AbortSignal): Promise<'denied' | 'answered'>
}

export interface BucketWriter {
  putAccessBlock(bucket: string, block: AccessBlock, signal: AbortSignal): Promise<void>
  deleteAccessBlock(bucket: string, signal: AbortSignal): Promise<void>
  putBucketPolicy(bucket: string, policy: string, signal: AbortSignal): Promise<void>
  deleteBucketPolicy(bucket: string, signal: AbortSignal): Promise<void>
}
