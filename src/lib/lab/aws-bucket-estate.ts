import {LAB_REGION} from './aws-simulator.js'

/** Buckets of the account, by REST and by hand. */
export interface AwsBucketEstate {
  /** With one object, `hello.txt`. */
  bucket(name: string, policy?: string): Promise<void>
  policy(bucket: string): Promise<string | null>
  putPolicy(bucket: string, policy: string): Promise<void>
  /** Names of what is blocked; null when nothing was ever set. */
  block(bucket: string): Promise<string[] | null>
  putBlock(bucket: string, names: readonly string[]): Promise<void>
  website(bucket: string): Promise<void>
}

const BLOCKS = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets']
const SIGNED = `AWS4-HMAC-SHA256 Credential=lab/20260101/${LAB_REGION}/s3/aws4_request, SignedHeaders=host, Signature=lab`

/** @param endpoint of the simulator, or of the proxy before it */
export function awsBucketEstate(endpoint: string): AwsBucketEstate {
  const send = async (method: string, path: string, body?: string) => {
    const answer = await fetch(`${endpoint}/${path}`, {
      method,
      headers: {authorization: SIGNED},
      ...(body !== undefined && {body}),
    })
    const text = await answer.text()
    if (!answer.ok && answer.status !== 404)
      throw new Error(`${method} ${path}: ${answer.status}: ${text.slice(0, 300)}`)
    return answer.ok ? text : null
  }
  return {
    async bucket(name, policy) {
      const where = `<CreateBucketConfiguration><LocationConstraint>${LAB_REGION}</LocationConstraint></CreateBucketConfiguration>`
      await send('PUT', name, where)
      await send('PUT', `${name}/hello.txt`, 'hello')
      if (policy !== undefined) await send('PUT', `${name}?policy`, policy)
    },
    policy: (bucket) => send('GET', `${bucket}?policy`),
    async putPolicy(bucket, policy) {
      await send('PUT', `${bucket}?policy`, policy)
    },
    async block(bucket) {
      const text = await send('GET', `${bucket}?publicAccessBlock`)
      return text === null ? null : BLOCKS.filter((name) => text.includes(`<${name}>true`))
    },
    async putBlock(bucket, names) {
      const items = BLOCKS.map((name) => `<${name}>${names.includes(name)}</${name}>`).join('')
      await send(
        'PUT',
        `${bucket}?publicAccessBlock`,
        `<PublicAccessBlockConfiguration>${items}</PublicAccessBlockConfiguration>`,
      )
    },
    async website(bucket) {
      const body =
        '<WebsiteConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IndexDocument><Suffix>index.html</Suffix></IndexDocument></WebsiteConfiguration>'
      await send('PUT', `${bucket}?website`, body)
    },
  }
}
