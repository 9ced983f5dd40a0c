import type {AwsSession} from './session.js'
import type {TargetName, TargetWriter} from './target.js'

export function targetWriter(session: AwsSession): TargetWriter {
  return {
    async register(arn, target, signal) {
      const {sdk, client} = await session.elb()
      const asked = {TargetGroupArn: arn, Targets: [described(target)]}
      await session.ask('elasticloadbalancing RegisterTargets', 'change', signal, (how) =>
        client.send(new sdk.RegisterTargetsCommand(asked), how),
      )
    },
    async deregister(arn, {id, port}, signal) {
      const {sdk, client} = await session.elb()
      const asked = {TargetGroupArn: arn, Targets: [{Id: id, Port: port}]}
      await session.ask('elasticloadbalancing DeregisterTargets', 'change', signal, (how) =>
        client.send(new sdk.DeregisterTargetsCommand(asked), how),
      )
    },
  }
}

/** Only addresses outside of the VPC have a zone of their own: `all`. */
function described({id, port, zone}: TargetName) {
  return {Id: id, Port: port, ...(zone === 'all' && {AvailabilityZone: zone})}
}
