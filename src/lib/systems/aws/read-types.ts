import type {_InstanceType} from '@aws-sdk/client-ec2'
import type {InstanceReader} from './instance.js'
import type {AwsSession} from './session.js'

type Type = Awaited<ReturnType<InstanceReader['typeOf']>>

/** What a type is does not change while somebody looks: each is asked for once. */
export function readTypes(session: AwsSession): InstanceReader['typeOf'] {
  const known = new Map<string, Type>()
  return async (type, signal) => {
    const found = known.get(type) ?? (await ask(session, type, signal))
    known.set(type, found)
    return found
  }
}

async function ask(session: AwsSession, type: string, signal: AbortSignal): Promise<Type> {
  const {sdk, client} = await session.ec2()
  const named = type as _InstanceType
  const types = session.ask('ec2 DescribeInstanceTypes', 'read', signal, (how) =>
    client.send(new sdk.DescribeInstanceTypesCommand({InstanceTypes: [named]}), how),
  )
  const offered = session.ask('ec2 DescribeInstanceTypeOfferings', 'read', signal, (how) =>
    client.send(
      new sdk.DescribeInstanceTypeOfferingsCommand({
        LocationType: 'availability-zone',
        Filters: [{Name: 'instance-type', Values: [type]}],
      }),
      how,
    ),
  )
  const [{InstanceTypes = []}, {InstanceTypeOfferings = []}] = await Promise.all([types, offered])
  return {
    // A type that is not described may have such disks: unknown is not safe.
    ephemeralDisks: InstanceTypes[0]?.InstanceStorageSupported ?? true,
    zones: InstanceTypeOfferings.flatMap(({Location}) => Location ?? []).sort(),
  }
}
