import type {InstanceAction} from '../../systems/aws/instance.js'
import type {Service} from '../../systems/aws/permission.js'

/** What `aws check --for` knows; `read` is what every runbook needs. */
export const PURPOSES = ['read', 'recover', 'target', 'rds', 's3', 'ssm'] as const
export type Purpose = (typeof PURPOSES)[number]

interface Needs {
  /** Services that are read. */
  reads: readonly Service[]
  /** Actions of EC2, which can be asked for without being done. */
  dryRuns: readonly InstanceAction[]
  /** Actions that cannot. */
  unprobed: readonly string[]
}

const BALANCING = ['elasticloadbalancing:DeregisterTargets', 'elasticloadbalancing:RegisterTargets']
const ABOUT_INSTANCES = ['ec2', 'elasticloadbalancing', 'autoscaling', 'ssm'] as const

export const NEEDS: Readonly<Record<Purpose, Needs>> = {
  read: {reads: [...ABOUT_INSTANCES, 'rds', 's3'], dryRuns: [], unprobed: []},
  recover: {
    reads: ABOUT_INSTANCES,
    dryRuns: ['StopInstances', 'StartInstances', 'RebootInstances'],
    unprobed: [
      ...BALANCING,
      'autoscaling:EnterStandby',
      'autoscaling:ExitStandby',
      'autoscaling:TerminateInstanceInAutoScalingGroup',
    ],
  },
  rds: {reads: ['rds'], dryRuns: [], unprobed: ['rds:RebootDBInstance', 'rds:FailoverDBCluster']},
  s3: {
    reads: ['s3'],
    dryRuns: [],
    unprobed: ['s3:PutBucketPublicAccessBlock', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy'],
  },
  ssm: {reads: ['ec2', 'ssm'], dryRuns: [], unprobed: ['ssm:SendCommand']},
  target: {reads: ABOUT_INSTANCES, dryRuns: [], unprobed: BALANCING},
}
