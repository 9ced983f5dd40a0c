import type * as AutoScaling from '@aws-sdk/client-auto-scaling'
import type * as CloudWatch from '@aws-sdk/client-cloudwatch'
import type * as Ec2 from '@aws-sdk/client-ec2'
import type * as Elb from '@aws-sdk/client-elastic-load-balancing-v2'
import type * as Rds from '@aws-sdk/client-rds'
import type * as S3 from '@aws-sdk/client-s3'
import type * as Ssm from '@aws-sdk/client-ssm'
import type * as Sts from '@aws-sdk/client-sts'
import {attempts, type How, type Kind} from './attempts.js'
import {type AnyClient, type Observed, observe} from './observe.js'

export interface AwsSettings {
  /** Instead of `AWS_REGION` and what the profile says. */
  region?: string
  /** Instead of `AWS_PROFILE`. */
  profile?: string
  /** The account that the credentials must be of. */
  account?: string
  /** Sources of rules that must never be blocked. */
  keepOpen?: readonly string[]
  /** What a shell would have; `AWS_PROFILE` is read for sentences. */
  env: Readonly<Record<string, string | undefined>>
}

/** The SDK's clients of one account, each loaded when it is first needed. */
export interface AwsSession {
  ec2(): Promise<ServiceOf<typeof Ec2, Ec2.EC2Client>>
  elb(): Promise<ServiceOf<typeof Elb, Elb.ElasticLoadBalancingV2Client>>
  autoScaling(): Promise<ServiceOf<typeof AutoScaling, AutoScaling.AutoScalingClient>>
  ssm(): Promise<ServiceOf<typeof Ssm, Ssm.SSMClient>>
  rds(): Promise<ServiceOf<typeof Rds, Rds.RDSClient>>
  cloudWatch(): Promise<ServiceOf<typeof CloudWatch, CloudWatch.CloudWatchClient>>
  s3(): Promise<ServiceOf<typeof S3, S3.S3Client>>
  /** As nobody: nothing is signed. */
  unsignedS3(): Promise<ServiceOf<typeof S3, S3.S3Client>>
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

const CONNECT_MS = 5000
const NOBODY = {
  credentials: {accessKeyId: 'nobody', secretAccessKey: 'nobody'},
  signer: {sign: async <Request>(request: Request) => request},
}

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
    cloudWatch: service(
      () => import('@aws-sdk/client-cloudwatch'),
      (sdk, settings) => new sdk.CloudWatchClient(settings),
    ),
    s3: service(
      () => import('@aws-sdk/client-s3'),
      (sdk, settings) => new sdk.S3Client(settings),
    ),
    unsignedS3: service(
      () => import('@aws-sdk/client-s3'),
      (sdk, settings) => new sdk.S3Client({...settings, ...NOBODY}),
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
