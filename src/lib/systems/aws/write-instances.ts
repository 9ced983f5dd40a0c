import type {InstanceWriter} from './instance.js'
import type {AwsSession} from './session.js'

export function instanceWriter(session: AwsSession): InstanceWriter {
  return {
    async stop(id, force, signal) {
      const {sdk, client} = await session.ec2()
      const asked = {InstanceIds: [id], ...(force && {Force: true})}
      await session.ask('ec2 StopInstances', 'change', signal, (how) =>
        client.send(new sdk.StopInstancesCommand(asked), how),
      )
    },
    async start(id, signal) {
      const {sdk, client} = await session.ec2()
      await session.ask('ec2 StartInstances', 'change', signal, (how) =>
        client.send(new sdk.StartInstancesCommand({InstanceIds: [id]}), how),
      )
    },
    async reboot(id, signal) {
      const {sdk, client} = await session.ec2()
      await session.ask('ec2 RebootInstances', 'once', signal, (how) =>
        client.send(new sdk.RebootInstancesCommand({InstanceIds: [id]}), how),
      )
    },
  }
}
