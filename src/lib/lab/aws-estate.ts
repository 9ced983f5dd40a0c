import type {AskSimulator} from './aws-overlay.js'
import {findAll, parseXml, textAt} from './xml-tree.js'

export interface InstanceWish {
  name: string
  /** `t3.micro` unless said; `m5d.large` has a disk that is lost on stop. */
  type?: string
  /** It has one unless said. */
  publicIp?: boolean
  tags?: Record<string, string>
}

/** Builds things in the account of the lab, as somebody would have before. */
export interface AwsEstate {
  /** @returns the instance's id */
  instance(wish: InstanceWish): Promise<string>
  /** @returns its ARN */
  targetGroup(
    name: string,
    port: number,
    more?: {delaySec?: number; type?: 'instance' | 'ip'},
  ): Promise<string>
  register(groupArn: string, target: string, port?: number): Promise<void>
  /** A group of `t3.micro`. @returns the ids of its members */
  scalingGroup(wish: {name: string; min: number; desired: number; targetGroups?: string[]}): Promise<string[]>
  attribute(instance: string, name: string, value: string): Promise<void>
  elasticIp(instance: string): Promise<string>
  /** Instance id to state, of every instance. */
  states(): Promise<Record<string, string>>
  /** Ids and ports that are registered: `i-1:80`. */
  registered(groupArn: string): Promise<string[]>
}

/** Any Linux image that the simulator knows. */
const IMAGE = 'ami-0d729d2846a86a9e7'

export function awsEstate(ask: AskSimulator): AwsEstate {
  const subnets = async () => {
    const root = parseXml(await ask('ec2', 'DescribeSubnets'))
    return findAll(root, 'subnetId').map(({text}) => text)
  }
  const vpc = async () => findAll(parseXml(await ask('ec2', 'DescribeVpcs')), 'vpcId')[0]?.text ?? ''
  return {
    async instance({name, type = 't3.micro', publicIp = true, tags = {}}) {
      const [subnet = ''] = await subnets()
      const all = Object.entries({Name: name, ...tags}).flatMap(([key, value], at) => [
        [`TagSpecification.1.Tag.${at + 1}.Key`, key],
        [`TagSpecification.1.Tag.${at + 1}.Value`, value],
      ])
      const body = await ask('ec2', 'RunInstances', {
        ImageId: IMAGE,
        InstanceType: type,
        MinCount: '1',
        MaxCount: '1',
        'NetworkInterface.1.DeviceIndex': '0',
        'NetworkInterface.1.SubnetId': subnet,
        'NetworkInterface.1.AssociatePublicIpAddress': String(publicIp),
        'TagSpecification.1.ResourceType': 'instance',
        ...Object.fromEntries(all),
      })
      return findAll(parseXml(body), 'instanceId')[0]?.text ?? ''
    },
    async targetGroup(name, port, {delaySec = 5, type = 'instance'} = {}) {
      const body = await ask('elasticloadbalancing', 'CreateTargetGroup', {
        Name: name,
        Protocol: 'HTTP',
        Port: `${port}`,
        VpcId: await vpc(),
        TargetType: type,
        HealthCheckIntervalSeconds: '5',
        HealthCheckTimeoutSeconds: '2',
        HealthyThresholdCount: '2',
      })
      const arn = findAll(parseXml(body), 'TargetGroupArn')[0]?.text ?? ''
      await ask('elasticloadbalancing', 'ModifyTargetGroupAttributes', {
        TargetGroupArn: arn,
        'Attributes.member.1.Key': 'deregistration_delay.timeout_seconds',
        'Attributes.member.1.Value': `${delaySec}`,
      })
      return arn
    },
    async register(groupArn, target, port) {
      await ask('elasticloadbalancing', 'RegisterTargets', {
        TargetGroupArn: groupArn,
        'Targets.member.1.Id': target,
        ...(port !== undefined && {'Targets.member.1.Port': `${port}`}),
      })
    },
    async scalingGroup({name, min, desired, targetGroups = []}) {
      await ask('autoscaling', 'CreateLaunchConfiguration', {
        LaunchConfigurationName: `${name}-config`,
        ImageId: IMAGE,
        InstanceType: 't3.micro',
      })
      const [subnet = ''] = await subnets()
      const groups = targetGroups.map((arn, at) => [`TargetGroupARNs.member.${at + 1}`, arn])
      await ask('autoscaling', 'CreateAutoScalingGroup', {
        AutoScalingGroupName: name,
        LaunchConfigurationName: `${name}-config`,
        MinSize: `${min}`,
        MaxSize: '10',
        DesiredCapacity: `${desired}`,
        VPCZoneIdentifier: subnet,
        ...Object.fromEntries(groups),
      })
      const body = await ask('autoscaling', 'DescribeAutoScalingGroups', {
        'AutoScalingGroupNames.member.1': name,
      })
      return findAll(parseXml(body), 'InstanceId').map(({text}) => text)
    },
    async attribute(instance, name, value) {
      await ask('ec2', 'ModifyInstanceAttribute', {InstanceId: instance, Attribute: name, Value: value})
    },
    async elasticIp(instance) {
      const body = parseXml(await ask('ec2', 'AllocateAddress', {Domain: 'vpc'}))
      const [allocation] = findAll(body, 'allocationId')
      await ask('ec2', 'AssociateAddress', {InstanceId: instance, AllocationId: allocation?.text ?? ''})
      return findAll(body, 'publicIp')[0]?.text ?? ''
    },
    async states() {
      const root = parseXml(await ask('ec2', 'DescribeInstances'))
      const items = findAll(root, 'instancesSet').flatMap(({children}) => children)
      return Object.fromEntries(
        items.map((item) => [textAt(item, 'instanceId'), textAt(item, 'instanceState', 'name')]),
      )
    },
    async registered(groupArn) {
      const body = await ask('elasticloadbalancing', 'DescribeTargetHealth', {TargetGroupArn: groupArn})
      return findAll(parseXml(body), 'Target').map(
        (target) => `${textAt(target, 'Id')}:${textAt(target, 'Port')}`,
      )
    },
  }
}
