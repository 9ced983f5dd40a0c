import {type AwsCall, errorAnswer} from './aws-call.js'
import type {AwsOverlay, Pass} from './aws-overlay.js'

/** What the simulator lacks of buckets: every object is public here, until public access is blocked. */
export interface AwsBuckets extends AwsOverlay {
  /** How long it takes until a block holds; 0 unless said. */
  slow(ms: number): void
}

export function awsBuckets(): AwsBuckets {
  let slowMs = 0
  const blockedAt = new Map<string, number>()
  const isBlocked = async (call: AwsCall, bucket: string, pass: Pass) => {
    const asked = await pass({...call, method: 'GET', path: `/${bucket}?publicAccessBlock`, body: NOTHING})
    const held = Date.now() - (blockedAt.get(bucket) ?? 0) >= slowMs
    return held && String(asked.body).includes('<RestrictPublicBuckets>true')
  }
  return {
    slow(ms) {
      slowMs = ms
    },
    async handle(call, pass) {
      if (call.service !== 's3' || call.protocol !== 'rest') return await pass()
      const [, bucket = '', key = ''] = /^\/([^/?]+)\/?([^?]*)/.exec(call.path) ?? []
      if (call.method === 'PUT' && call.path.includes('publicAccessBlock')) blockedAt.set(bucket, Date.now())
      if (call.accessKey !== '' || key === '') return await pass()
      const signed = {...call, headers: {...call.headers, authorization: SIGNED}}
      if (!(await isBlocked(signed, bucket, pass))) return await pass(signed)
      const refused = errorAnswer(call, 403, 'AccessDenied', 'Access Denied')
      return call.method === 'HEAD' ? {...refused, body: ''} : refused
    },
  }
}

const NOTHING = Buffer.alloc(0)
const SIGNED =
  'AWS4-HMAC-SHA256 Credential=lab/20260101/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=lab'
