import {jsonAnswer} from './aws-call.js'
import type {AwsOverlay} from './aws-overlay.js'

export type AwsNode = {
  InstanceId: string
  PingStatus: 'Online' | 'ConnectionLost' | 'Inactive'
  [more: string]: unknown
}

/** Nodes that Systems Manager knows: the simulator has no DescribeInstanceInformation. */
export interface AwsNodes extends AwsOverlay {
  /** Adds a node, or changes it. */
  set(node: AwsNode): void
}

type Asked = {Filters?: {Key: string; Values: string[]}[]; InstanceInformationFilterList?: unknown}

export function awsNodes(): AwsNodes {
  const nodes = new Map<string, AwsNode>()
  return {
    set: (node) => void nodes.set(node.InstanceId, {...nodes.get(node.InstanceId), ...node}),
    async handle(call, pass) {
      if (call.service !== 'ssm' || call.action !== 'DescribeInstanceInformation') return await pass()
      const {Filters = []} = call.json as Asked
      const ids = Filters.find(({Key}) => Key === 'InstanceIds')?.Values
      const found = [...nodes.values()].filter((node) => !ids || ids.includes(node.InstanceId))
      return jsonAnswer({InstanceInformationList: found})
    },
  }
}
