import type {RemoteError} from '../../remote/fault.js'
import type {Permission, PermissionReader, Service} from './permission.js'
import type {AwsSession} from './session.js'

type Read = (session: AwsSession, signal: AbortSignal) => Promise<unknown>

/** The smallest read of each. */
const READS: Readonly<Record<Service, Read>> = {
  ec2: (session, signal) => firstInstances(session, signal),
  async elasticloadbalancing(session, signal) {
    const {sdk, client} = await session.elb()
    const command = () => new sdk.DescribeTargetGroupsCommand({PageSize: 1})
    await session.ask('elasticloadbalancing DescribeTargetGroups', 'read', signal, (how) =>
      client.send(command(), how),
    )
  },
  async autoscaling(session, signal) {
    const {sdk, client} = await session.autoScaling()
    const command = () => new sdk.DescribeAutoScalingGroupsCommand({MaxRecords: 1})
    await session.ask('autoscaling DescribeAutoScalingGroups', 'read', signal, (how) =>
      client.send(command(), how),
    )
  },
  async ssm(session, signal) {
    const {sdk, client} = await session.ssm()
    const command = () => new sdk.DescribeInstanceInformationCommand({MaxResults: 5})
    await session.ask('ssm DescribeInstanceInformation', 'read', signal, (how) => client.send(command(), how))
  },
  async rds(session, signal) {
    const {sdk, client} = await session.rds()
    const command = () => new sdk.DescribeDBInstancesCommand({MaxRecords: 20})
    await session.ask('rds DescribeDBInstances', 'read', signal, (how) => client.send(command(), how))
  },
  async s3(session, signal) {
    const {sdk, client} = await session.s3()
    const command = () => new sdk.ListBucketsCommand({MaxBuckets: 1})
    await session.ask('s3 ListAllMyBuckets', 'read', signal, (how) => client.send(command(), how))
  },
}

export function permissionReader(session: AwsSession): PermissionReader {
  return {
    async mayRead(service, signal) {
      return await READS[service](session, signal).then((): Permission => 'permitted', answerOf)
    },
    async someInstance(signal) {
      return (await firstInstances(session, signal))[0] ?? null
    },
  }
}

async function firstInstances(session: AwsSession, signal: AbortSignal): Promise<string[]> {
  const {sdk, client} = await session.ec2()
  const {Reservations = []} = await session.ask('ec2 DescribeInstances', 'read', signal, (how) =>
    client.send(new sdk.DescribeInstancesCommand({MaxResults: 5}), how),
  )
  return Reservations.flatMap(({Instances = []}) =>
    Instances.flatMap(({InstanceId, State}) => (State?.Name === 'terminated' ? [] : (InstanceId ?? []))),
  )
}

function answerOf(error: unknown): Permission {
  const {fault, class: kind, message} = error as RemoteError
  if (kind === 'not-permitted') return 'denied'
  if (fault === 'refused' || fault === 'unreachable') throw error
  return {unclear: message}
}
