import type {InstanceInformation} from '@aws-sdk/client-ssm'
import type {ManagedNode, NodeChoice, NodeReader} from './node.js'
import type {AwsSession} from './session.js'

/** Ids of one filter [src: DescribeInstanceInformation, InstanceInformationStringFilter.Values]. */
const IDS_AT_ONCE = 40

export function nodeReader(session: AwsSession): NodeReader {
  const page = async (filters: {Key: string; Values: string[]}[], signal: AbortSignal) => {
    const {sdk, client} = await session.ssm()
    const found: InstanceInformation[] = []
    let next: string | undefined
    do {
      const asked = {Filters: filters, MaxResults: 50, ...(next && {NextToken: next})}
      const {InstanceInformationList = [], NextToken} = await session.ask(
        'ssm DescribeInstanceInformation',
        'read',
        signal,
        (how) => client.send(new sdk.DescribeInstanceInformationCommand(asked), how),
      )
      found.push(...InstanceInformationList)
      next = NextToken
    } while (next)
    return found
  }
  return {
    async nodes(choice, signal) {
      const found: InstanceInformation[] = []
      for (const filters of filtersOf(choice)) found.push(...(await page(filters, signal)))
      return found.map(parseNode).sort((a, b) => (a.id < b.id ? -1 : 1))
    },
  }
}

function filtersOf(choice: NodeChoice): {Key: string; Values: string[]}[][] {
  if ('ids' in choice)
    return Array.from({length: Math.ceil(choice.ids.length / IDS_AT_ONCE)}, (_, at) => [
      {Key: 'InstanceIds', Values: choice.ids.slice(at * IDS_AT_ONCE, (at + 1) * IDS_AT_ONCE)},
    ])
  if ('tags' in choice) return [choice.tags.map(({key, value}) => ({Key: `tag:${key}`, Values: [value]}))]
  return [choice.all === 'hybrid' ? [{Key: 'ResourceType', Values: ['ManagedInstance']}] : []]
}

function parseNode(from: InstanceInformation): ManagedNode {
  return {
    id: from.InstanceId ?? '',
    name: from.ComputerName ?? from.Name ?? '',
    platform: from.PlatformType ?? 'unknown',
    agent: from.AgentVersion ?? '',
    ping: from.PingStatus ?? 'unknown',
    pingAtMs: from.LastPingDateTime?.getTime() ?? null,
    address: from.IPAddress ?? '',
  }
}
