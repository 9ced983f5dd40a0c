import {canonical, type Json} from '../../engine/json.js'

const SID = 'RedeyeLockdown'
/** [src: S3 user guide, bucket policies are limited to 20 KB] */
export const MOST_BYTES = 20_480

type Statement = {[key: string]: Json}
type Policy = {[key: string]: Json; Statement: Json}

/** The policy that was there, and behind it a denial of everything to all but some. @throws when it is no JSON */
export function lockedPolicy(former: string | null, bucket: string, except: string[], mark: string): string {
  const policy: Policy = former === null ? {Version: '2012-10-17', Statement: []} : JSON.parse(former)
  return JSON.stringify({...policy, Statement: [...statements(policy), denial(bucket, except, mark)]})
}

/** Whether it denies just that already, by whatever name. */
export function isLocked(policy: string | null, bucket: string, except: string[]): boolean {
  if (policy === null) return false
  const {Sid: _, ...wanted} = denial(bucket, except, '')
  return statements(JSON.parse(policy)).some(
    ({Sid: _other, ...statement}) => canonical(statement) === canonical(wanted),
  )
}

/** Equal in what they say, however they are written. */
export function samePolicy(one: string | null, other: string | null): boolean {
  if (one === null || other === null) return one === other
  return canonical(JSON.parse(one)) === canonical(JSON.parse(other))
}

/** `cloudfront.amazonaws.com`: they act as a service, and have no role that could be excepted. */
export function servicesIn(policy: string | null): string[] {
  if (policy === null) return []
  const named = statements(JSON.parse(policy)).flatMap(({Effect, Principal}) => {
    if (Effect !== 'Allow' || Principal === null || typeof Principal !== 'object') return []
    const {Service} = Principal as {Service?: string | string[]}
    return Service === undefined ? [] : [Service].flat()
  })
  return [...new Set(named)]
}

function statements({Statement}: Policy): Statement[] {
  return [Statement].flat() as Statement[]
}

function denial(bucket: string, except: string[], mark: string): Statement {
  const arn = `arn:aws:s3:::${bucket}`
  return {
    Sid: `${SID}${mark}`,
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [arn, `${arn}/*`],
    Condition: {ArnNotLike: {'aws:PrincipalArn': except}},
  }
}

/** Whether one of the patterns fits the caller as S3 sees it: by the role, not by the session. */
export function excepts(patterns: readonly string[], callerArn: string): boolean {
  const role = /^arn:([\w-]+):sts::(\d{12}):assumed-role\/([^/]+)\//.exec(callerArn)
  if (!role) return patterns.some((pattern) => fits(pattern, callerArn))
  const [, partition, account, name = ''] = role
  // Roles of SSO live under a path, which the session does not tell.
  const path = name.startsWith('AWSReservedSSO_') ? 'aws-reserved/sso.amazonaws.com/' : ''
  return patterns.some((pattern) => fits(pattern, `arn:${partition}:iam::${account}:role/${path}${name}`))
}

function fits(pattern: string, arn: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${escaped}$`).test(arn)
}
