import {type AwsCall, errorAnswer, listOf, xmlAnswer} from './aws-call.js'
import {edited} from './aws-edit.js'
import type {AskSimulator, AwsOverlay} from './aws-overlay.js'
import {findAll, parseXml, textAt, type XmlNode} from './xml-tree.js'

/** What the simulator lacks of auto scaling groups: the minimum, activities, refreshes, load balancing of Standby. */
export interface AwsGroups extends AwsOverlay {
  /** An instance refresh that is under way in this group. */
  refreshing(group: string, status: 'Pending' | 'InProgress' | 'RollbackInProgress'): void
}

const XMLNS = 'xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"'

export function awsGroups(ask: AskSimulator): AwsGroups {
  const refreshes = new Map<string, string>()
  const activities: {id: string; group: string; instance: string}[] = []

  async function groupOf(name: string): Promise<XmlNode | undefined> {
    const body = await ask('autoscaling', 'DescribeAutoScalingGroups', {
      'AutoScalingGroupNames.member.1': name,
    })
    return findAll(parseXml(body), 'AutoScalingGroups')[0]?.children[0]
  }
  /** EC2 Auto Scaling takes an instance out of the group's target groups for Standby, and puts it back after. */
  async function balance(group: XmlNode, action: string, instance: string): Promise<void> {
    for (const {text} of findAll(group, 'TargetGroupARNs')[0]?.children ?? [])
      await ask('elasticloadbalancing', action, {TargetGroupArn: text, 'Targets.member.1.Id': instance})
  }

  return {
    refreshing: (group, status) => void refreshes.set(group, status),
    async handle(call, pass) {
      if (call.service !== 'autoscaling') return await pass()
      const name = call.params.AutoScalingGroupName ?? ''
      const [instance = ''] = listOf(call, 'InstanceIds')
      switch (call.action) {
        case 'EnterStandby': {
          const group = await groupOf(name)
          const refused = group && belowMinimum(call, name, group)
          if (refused) return refused
          const answer = await pass()
          if (group && answer.status === 200) await balance(group, 'DeregisterTargets', instance)
          return answer
        }
        case 'ExitStandby': {
          const answer = await pass()
          const group = await groupOf(name)
          if (group && answer.status === 200) await balance(group, 'RegisterTargets', instance)
          return answer
        }
        case 'TerminateInstanceInAutoScalingGroup': {
          const group = await memberOf(ask, call.params.InstanceId ?? '')
          const found = await groupOf(group)
          if (found) await balance(found, 'DeregisterTargets', call.params.InstanceId ?? '')
          return edited(await pass(), (root) => {
            const id = findAll(root, 'ActivityId')[0]?.text ?? ''
            activities.push({id, group, instance: call.params.InstanceId ?? ''})
          })
        }
        case 'DescribeScalingActivities':
          return xmlAnswer(activitiesOf(activities.filter((one) => name === '' || one.group === name)))
        case 'DescribeInstanceRefreshes':
          return xmlAnswer(refreshesOf(name, refreshes.get(name)))
        default:
          return await pass()
      }
    },
  }
}

async function memberOf(ask: AskSimulator, instance: string): Promise<string> {
  const body = await ask('autoscaling', 'DescribeAutoScalingInstances', {'InstanceIds.member.1': instance})
  return findAll(parseXml(body), 'AutoScalingGroupName')[0]?.text ?? ''
}

function belowMinimum(call: AwsCall, name: string, group: XmlNode) {
  const size = (what: string) => Number(textAt(group, what))
  const [min, desired] = [size('MinSize'), size('DesiredCapacity')]
  if (call.params.ShouldDecrementDesiredCapacity !== 'true' || desired - 1 >= min) return undefined
  return errorAnswer(
    call,
    400,
    'ValidationError',
    `AutoScalingGroup ${name} has min-size=${min}, max-size=${size('MaxSize')}, and desired-size=${desired}. To place into standby 1 instance, please update the AutoScalingGroup sizes appropriately.`,
  )
}

function activitiesOf(activities: readonly {id: string; group: string; instance: string}[]): string {
  const items = activities.map(
    ({id, group, instance}) =>
      `<member><ActivityId>${id}</ActivityId><AutoScalingGroupName>${group}</AutoScalingGroupName><Description>Terminating EC2 instance: ${instance}</Description><Cause>at request</Cause><StartTime>${new Date().toISOString()}</StartTime><StatusCode>Successful</StatusCode><Progress>100</Progress></member>`,
  )
  return `<DescribeScalingActivitiesResponse ${XMLNS}><DescribeScalingActivitiesResult><Activities>${items.join('')}</Activities></DescribeScalingActivitiesResult></DescribeScalingActivitiesResponse>`
}

function refreshesOf(group: string, status: string | undefined): string {
  const one = status
    ? `<member><InstanceRefreshId>r-1</InstanceRefreshId><AutoScalingGroupName>${group}</AutoScalingGroupName><Status>${status}</Status></member>`
    : ''
  return `<DescribeInstanceRefreshesResponse ${XMLNS}><DescribeInstanceRefreshesResult><InstanceRefreshes>${one}</InstanceRefreshes></DescribeInstanceRefreshesResult></DescribeInstanceRefreshesResponse>`
}
