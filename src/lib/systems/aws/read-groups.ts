import type {AutoScalingGroup} from '@aws-sdk/client-auto-scaling'
import type {GroupReader, ScalingGroup} from './group.js'
import type {AwsSession} from './session.js'

/** [src: Auto Scaling API, InstanceRefresh.Status] */
const UNDER_WAY = new Set(['Pending', 'InProgress', 'Cancelling', 'RollbackInProgress', 'Baking'])

export function groupReader(session: AwsSession): GroupReader {
  const scalingGroup = async (name: string, signal: AbortSignal): Promise<ScalingGroup | null> => {
    const {sdk, client} = await session.autoScaling()
    const asked = {AutoScalingGroupNames: [name]}
    const {AutoScalingGroups: found = []} = await session.ask(
      'autoscaling DescribeAutoScalingGroups',
      'read',
      signal,
      (how) => client.send(new sdk.DescribeAutoScalingGroupsCommand(asked), how),
    )
    return found[0] ? parseGroup(found[0]) : null
  }
  return {
    scalingGroup,
    async groupOf(instance, signal) {
      const {sdk, client} = await session.autoScaling()
      const {AutoScalingInstances: found = []} = await session.ask(
        'autoscaling DescribeAutoScalingInstances',
        'read',
        signal,
        (how) => client.send(new sdk.DescribeAutoScalingInstancesCommand({InstanceIds: [instance]}), how),
      )
      const name = found.find(({InstanceId}) => InstanceId === instance)?.AutoScalingGroupName
      return name === undefined ? null : await scalingGroup(name, signal)
    },
    async refreshes(group, signal) {
      const {sdk, client} = await session.autoScaling()
      const asked = {AutoScalingGroupName: group}
      const {InstanceRefreshes = []} = await session.ask(
        'autoscaling DescribeInstanceRefreshes',
        'read',
        signal,
        (how) => client.send(new sdk.DescribeInstanceRefreshesCommand(asked), how),
      )
      return InstanceRefreshes.flatMap(({Status}) => (Status && UNDER_WAY.has(Status) ? [Status] : []))
    },
    async termination(group, instance, signal) {
      const {sdk, client} = await session.autoScaling()
      const {Activities = []} = await session.ask(
        'autoscaling DescribeScalingActivities',
        'read',
        signal,
        (how) => client.send(new sdk.DescribeScalingActivitiesCommand({AutoScalingGroupName: group}), how),
      )
      // The newest is the first.
      const one = Activities.find(({Description = ''}) => Description.includes(`: ${instance}`))
      return one
        ? {status: one.StatusCode ?? 'unknown', says: one.StatusMessage ?? one.Description ?? ''}
        : null
    },
  }
}

function parseGroup(from: AutoScalingGroup): ScalingGroup {
  return {
    name: from.AutoScalingGroupName ?? '',
    min: from.MinSize ?? 0,
    desired: from.DesiredCapacity ?? 0,
    suspended: (from.SuspendedProcesses ?? []).flatMap(({ProcessName}) => ProcessName ?? []),
    targetGroups: from.TargetGroupARNs ?? [],
    members: (from.Instances ?? []).map((member) => ({
      id: member.InstanceId ?? '',
      lifecycle: member.LifecycleState ?? 'unknown',
      health: (member.HealthStatus ?? 'unknown').toUpperCase(),
    })),
  }
}
