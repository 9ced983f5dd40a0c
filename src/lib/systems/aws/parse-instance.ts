import type {InstanceStatus, Instance as SdkInstance} from '@aws-sdk/client-ec2'
import type {Checks, Instance} from './instance.js'

/** What EC2 says of an instance, as far as runbooks ask. */
export function parseInstance(from: SdkInstance): Instance {
  const id = from.InstanceId ?? ''
  const interfaces = from.NetworkInterfaces ?? []
  const addresses = [
    from.PrivateIpAddress,
    ...interfaces.flatMap((one) => (one.PrivateIpAddresses ?? []).map((address) => address.PrivateIpAddress)),
    ...interfaces.flatMap((one) => (one.Ipv6Addresses ?? []).map((address) => address.Ipv6Address)),
  ].filter((address) => address !== undefined)
  const {Code: code = '', Message: message = ''} = from.StateReason ?? {}
  return {
    id,
    name: from.Tags?.find(({Key}) => Key === 'Name')?.Value || id,
    state: from.State?.Name ?? 'unknown',
    stateReason: code === '' ? null : {code, message},
    launchedMs: from.LaunchTime?.getTime() ?? 0,
    type: from.InstanceType ?? '',
    zone: from.Placement?.AvailabilityZone ?? '',
    privateIp: from.PrivateIpAddress ?? null,
    publicIp: from.PublicIpAddress ?? null,
    addresses: [...new Set(addresses)],
    spot: from.InstanceLifecycle === 'spot',
    ephemeralRoot: from.RootDeviceType === 'instance-store',
    hostId: from.Placement?.HostId ?? null,
  }
}

export function parseChecks(from: InstanceStatus | undefined): Checks {
  const each = [from?.SystemStatus, from?.InstanceStatus, from?.AttachedEbsStatus]
  const since = each
    .flatMap((check) => check?.Details ?? [])
    .flatMap(({ImpairedSince}) => (ImpairedSince ? [seconds(ImpairedSince)] : []))
    .sort()
  return {
    system: from?.SystemStatus?.Status ?? 'unknown',
    instance: from?.InstanceStatus?.Status ?? 'unknown',
    // Types without it, and regions that do not have it yet, say nothing.
    ebs: from?.AttachedEbsStatus?.Status ?? 'not-applicable',
    impairedSince: since[0] ?? null,
    events: (from?.Events ?? [])
      // An event that is over keeps its entry for a week [src: DescribeInstanceStatus].
      .filter(({Description = ''}) => !/^\[(Completed|Canceled)\]/.test(Description))
      .map(({Code, Description, NotBefore}) => ({
        code: Code ?? 'unknown',
        description: Description ?? '',
        notBefore: NotBefore ? seconds(NotBefore) : null,
      })),
  }
}

function seconds(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`
}
