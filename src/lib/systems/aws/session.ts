import {setTimeout as sleep} from 'node:timers/promises'
import type * as AutoScaling from '@aws-sdk/client-auto-scaling'
import type * as Ec2 from '@aws-sdk/client-ec2'
import type * as Elb from '@aws-sdk/client-elastic-load-balancing-v2'
import type * as Rds from '@aws-sdk/client-rds'
import type * as S3 from '@aws-sdk/client-s3'
import type * as Ssm from '@aws-sdk/client-ssm'
import type * as Sts from '@aws-sdk/client-sts'
import {RemoteError} from '../../remote/fault.js'
import {type Caller, type Failed, failedCall} from './errors.js'

export interface AwsSettings {
  /** Instead of `AWS_REGION` and what the profile says. */
  region?: string
  /** Instead of `AWS_PROFILE`. */
  profile?: string
  /** The account that the credentials must be of. */
  account?: string
  /** What a shell would have; `AWS_PROFILE` is read for sentences. */
  env: Readonly<Record<string, string | undefined>>
}

/**
 * `read`: 8 attempts. `change`: 3, for what may be repeated. `once`: what is not known to be refused is not sent again.
 */
export type Kind = 'read' | 'change' | 'once'

type How = {abortSignal: AbortSignal}

/** The SDK's clients of one account, each loaded when it is first needed. */
export interface AwsSession {
  ec2(): Promise<ServiceOf<typeof Ec2, Ec2.EC2Client>>
  elb(): Promise<ServiceOf<typeof Elb, Elb.ElasticLoadBalancingV2Client>>
  autoScaling(): Promise<ServiceOf<typeof AutoScaling, AutoScaling.AutoScalingClient>>
  ssm(): Promise<ServiceOf<typeof Ssm, Ssm.SSMClient>>
  rds(): Promise<ServiceOf<typeof Rds, Rds.RDSClient>>
  s3(): Promise<ServiceOf<typeof S3, S3.S3Client>>
  sts(): Promise<ServiceOf<typeof Sts, Sts.STSClient>>
  /** One call, tried again as its kind allows. @param what service and action: `ec2 StopInstances` */
  ask<T>(what: string, kind: Kind, signal: AbortSignal, call: (how: How) => Promise<T>): Promise<T>
  /** As far as calls have shown it. */
  observed(): Observed
  close(): void
}

export interface ServiceOf<Sdk, Client> {
  sdk: Sdk
  client: Client
}

export interface Observed extends Caller {
  /** Where requests went that did not go to AWS. */
  endpoint: string | null
  expiresAtMs: number | null
}

const ATTEMPTS: Readonly<Record<Kind, number>> = {read: 8, change: 3, once: 3}
/** A page that is no answer, or nobody who listens, is rarely another one a moment later. */
const HOPELESS_ATTEMPTS = 3
const ANSWER_MS = 30_000
const CONNECT_MS = 5000
const THROTTLED_MS = 500
const TRANSIENT_MS = 100
const LONGEST_MS = 20_000
const OF_AWS = /\.(amazonaws\.com(\.cn)?|api\.aws|on\.aws|amazonwebservices\.com\.cn)$/

/** Nothing is loaded and nothing is sent yet. */
export function openSession({region, profile, env}: AwsSettings): AwsSession {
  const seen: Observed = {
    profile: profile ?? env.AWS_PROFILE ?? null,
    credentials: 'unknown',
    skewMs: 0,
    endpoint: null,
    expiresAtMs: null,
  }
  const open: {destroy(): void}[] = []
  const config = {
    ...(region !== undefined && {region}),
    ...(profile !== undefined && {profile}),
    // Attempts are ours: a wait between two must end with the run.
    maxAttempts: 1,
    requestHandler: {connectionTimeout: CONNECT_MS},
  }
  const service = <Sdk, Client extends AnyClient>(
    load: () => Promise<Sdk>,
    make: (sdk: Sdk, settings: typeof config) => Client,
  ) => {
    let opened: Promise<ServiceOf<Sdk, Client>> | undefined
    return () => {
      opened ??= load().then((sdk) => {
        const client = make(sdk, config)
        observe(client, seen)
        open.push(client)
        return {sdk, client}
      })
      return opened
    }
  }
  return {
    ec2: service(
      () => import('@aws-sdk/client-ec2'),
      (sdk, settings) => new sdk.EC2Client(settings),
    ),
    elb: service(
      () => import('@aws-sdk/client-elastic-load-balancing-v2'),
      (sdk, settings) => new sdk.ElasticLoadBalancingV2Client(settings),
    ),
    autoScaling: service(
      () => import('@aws-sdk/client-auto-scaling'),
      (sdk, settings) => new sdk.AutoScalingClient(settings),
    ),
    ssm: service(
      () => import('@aws-sdk/client-ssm'),
      (sdk, settings) => new sdk.SSMClient(settings),
    ),
    rds: service(
      () => import('@aws-sdk/client-rds'),
      (sdk, settings) => new sdk.RDSClient(settings),
    ),
    s3: service(
      () => import('@aws-sdk/client-s3'),
      (sdk, settings) => new sdk.S3Client(settings),
    ),
    sts: service(
      () => import('@aws-sdk/client-sts'),
      (sdk, settings) => new sdk.STSClient(settings),
    ),
    ask: (what, kind, signal, call) => attempts(what, kind, signal, call, seen),
    observed: () => ({...seen}),
    close: () => {
      for (const client of open.splice(0)) client.destroy()
    },
  }
}

async function attempts<T>(
  what: string,
  kind: Kind,
  signal: AbortSignal,
  call: (how: How) => Promise<T>,
  caller: Caller,
): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    const tooLong = AbortSignal.timeout(ANSWER_MS)
    try {
      return await call({abortSignal: AbortSignal.any([signal, tooLong])})
    } catch (thrown) {
      if (signal.aborted) throw new RemoteError('lost', `${what}: stopped before it was answered`)
      const failed: Failed = tooLong.aborted
        ? {
            error: new RemoteError('lost', `${what}: no answer within ${ANSWER_MS / 1000} s`),
            again: 'transient',
          }
        : failedCall(thrown, what, caller)
      if (!worthAnother(failed, kind, tried)) throw failed.error
      await sleep(pauseMs(failed.again, tried), undefined, {signal}).catch(() => {})
      if (signal.aborted) throw failed.error
    }
  }
}

function worthAnother({again, error}: Failed, kind: Kind, tried: number): boolean {
  if (again === 'no') return false
  const hopeless = again === 'page' || error.fault === 'unreachable'
  const most = hopeless ? Math.min(ATTEMPTS[kind], HOPELESS_ATTEMPTS) : ATTEMPTS[kind]
  if (tried >= most) return false
  return kind !== 'once' || again === 'throttled' || error.fault === 'unreachable'
}

/** Half of it is chance: many clients that were throttled together do not come back together. */
function pauseMs(again: Failed['again'], tried: number): number {
  const longest = Math.min(
    LONGEST_MS,
    (again === 'throttled' ? THROTTLED_MS : TRANSIENT_MS) * 2 ** (tried - 1),
  )
  return longest / 2 + (Math.random() * longest) / 2
}

/** What every client of the SDK has, as far as it is used here. */
interface AnyClient {
  // biome-ignore lint/suspicious/noExplicitAny: the stack's own types differ by service
  middlewareStack: {add(middleware: any, options: any): void}
  config: {credentials?: unknown}
  destroy(): void
}

type Identity = {expiration?: Date; $source?: Record<string, unknown>}

/** Sees where each request goes, what time it is there, and whose credentials sign it. */
function observe(client: AnyClient, seen: Observed): void {
  const credentials = client.config.credentials as (() => Promise<Identity>) | undefined
  client.middlewareStack.add(
    (next: (args: unknown) => Promise<{response?: unknown}>) => async (args: {request?: unknown}) => {
      const {protocol, hostname, port} = (args.request ?? {}) as {
        protocol?: string
        hostname?: string
        port?: number
      }
      if (hostname !== undefined && !OF_AWS.test(hostname))
        seen.endpoint = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`
      // They are there by now, and kept: this asks nobody.
      Object.assign(seen, sourceOf(await credentials?.().catch(() => undefined)))
      const result = await next(args)
      const {headers} = (result.response ?? {}) as {headers?: Record<string, string>}
      const theirs = Date.parse(headers?.date ?? '')
      if (!Number.isNaN(theirs)) seen.skewMs = theirs - Math.floor(Date.now() / 1000) * 1000
      return result
    },
    {step: 'deserialize', priority: 'low', name: 'observe', override: true},
  )
}

function sourceOf(identity: Identity | undefined): Pick<Observed, 'credentials' | 'expiresAtMs'> {
  const source = Object.keys(identity?.$source ?? {})
  const named = source.some((one) => /SSO|LOGIN/.test(one))
    ? 'sso'
    : source.includes('CREDENTIALS_ENV_VARS')
      ? 'environment'
      : 'other'
  return {
    credentials: identity === undefined ? 'unknown' : named,
    expiresAtMs: identity?.expiration?.getTime() ?? null,
  }
}
