import {RemoteError} from '../../remote/fault.js'
import type {AwsSession} from './session.js'

/** Whether the agent of an instance reports to Systems Manager. That is worth showing, never worth failing or waiting long for. */
export async function readPing(session: AwsSession, id: string, signal: AbortSignal): Promise<string | null> {
  const {sdk, client} = await session.ssm()
  const asked = {Filters: [{Key: 'InstanceIds', Values: [id]}]}
  try {
    const {InstanceInformationList: found = []} = await session.ask(
      'ssm DescribeInstanceInformation',
      'change',
      signal,
      (how) => client.send(new sdk.DescribeInstanceInformationCommand(asked), how),
    )
    return found.find(({InstanceId}) => InstanceId === id)?.PingStatus ?? null
  } catch (error) {
    if (error instanceof RemoteError && error.class !== 'signed-out') return null
    throw error
  }
}
