import {jsonAnswer} from './aws-call.js'
import type {AwsOverlay} from './aws-overlay.js'

export type AwsNode = {
  InstanceId: string
  PingStatus: 'Online' | 'ConnectionLost' | 'Inactive'
  /** Not of the answer: what it is found by. */
  tags?: {[key: string]: string}
  [more: string]: unknown
}

/** Nodes that Systems Manager knows: the simulator has no DescribeInstanceInformation. */
export interface AwsNodes extends AwsOverlay {
  /** Adds a node, or changes it. */
  set(node: AwsNode): void
}

type Filter = {Key: string; Values: string[]}
type Asked = {Filters?: Filter[]; MaxResults?: number; NextToken?: string}

export function awsNodes(): AwsNodes {
  const nodes = new Map<string, AwsNode>()
  return {
    set: (node) => void nodes.set(node.InstanceId, {...nodes.get(node.InstanceId), ...node}),
    async handle(call, pass) {
      if (call.service !== 'ssm' || call.action !== 'DescribeInstanceInformation') return await pass()
      const {Filters = [], MaxResults = 10, NextToken = '0'} = call.json as Asked
      const found = [...nodes.values()].filter((node) => Filters.every((filter) => fits(node, filter)))
      const from = Number(NextToken)
      const page = found.slice(from, from + MaxResults).map(({tags: _, ...node}) => node)
      const more = from + MaxResults < found.length
      return jsonAnswer({InstanceInformationList: page, ...(more && {NextToken: String(from + MaxResults)})})
    },
  }
}

function fits(node: AwsNode, {Key, Values}: Filter): boolean {
  if (Key === 'InstanceIds') return Values.includes(node.InstanceId)
  if (Key === 'ResourceType') return Values.includes('ManagedInstance') === node.InstanceId.startsWith('mi-')
  if (Key === 'PingStatus') return Values.includes(node.PingStatus)
  if (Key.startsWith('tag:')) return Values.includes(node.tags?.[Key.slice('tag:'.length)] ?? '')
  throw new Error(`the lab knows no filter ${Key}`)
}
