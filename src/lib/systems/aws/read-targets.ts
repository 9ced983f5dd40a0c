import type {
  TargetGroup as SdkGroup,
  TargetGroupAttribute,
  TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type {AwsSession} from './session.js'
import type {Membership, Target, TargetGroupPace, TargetReader} from './target.js'

/** Reads in flight: an account may have some hundred target groups. */
const AT_ONCE = 8
const SECOND = 1000

export function targetReader(session: AwsSession): TargetReader {
  const targetsOf = async (arn: string, signal: AbortSignal): Promise<Target[]> => {
    const {sdk, client} = await session.elb()
    const {TargetHealthDescriptions: found = []} = await session.ask(
      'elasticloadbalancing DescribeTargetHealth',
      'read',
      signal,
      (how) => client.send(new sdk.DescribeTargetHealthCommand({TargetGroupArn: arn}), how),
    )
    return found.map(parseTarget)
  }
  return {
    targetsOf,
    async targetGroups(signal) {
      const groups = await allGroups(session, signal)
      return groups.map(({TargetGroupArn: arn = '', TargetGroupName: name = arn}) => ({arn, name}))
    },
    async memberships({id, addresses}, signal) {
      const groups = await allGroups(session, signal)
      const found = await inParallel(groups, async (group): Promise<Membership[]> => {
        const arn = group.TargetGroupArn ?? ''
        const targets = await targetsOf(arn, signal)
        const mine = targets.filter((one) => one.state !== 'unused' && [id, ...addresses].includes(one.id))
        if (mine.length === 0) return []
        const pace = parsePace(group, await attributesOf(session, arn, signal))
        return [{arn, name: group.TargetGroupName ?? arn, targets, mine, pace}]
      })
      return found.flat()
    },
  }
}

async function allGroups(session: AwsSession, signal: AbortSignal): Promise<SdkGroup[]> {
  const {sdk, client} = await session.elb()
  const groups: SdkGroup[] = []
  let Marker: string | undefined
  do {
    const page = await session.ask('elasticloadbalancing DescribeTargetGroups', 'read', signal, (how) =>
      client.send(new sdk.DescribeTargetGroupsCommand(Marker ? {Marker} : {}), how),
    )
    groups.push(...(page.TargetGroups ?? []))
    Marker = page.NextMarker
  } while (Marker)
  // A Lambda function is no instance.
  return groups.filter(({TargetType}) => TargetType !== 'lambda')
}

async function attributesOf(
  session: AwsSession,
  arn: string,
  signal: AbortSignal,
): Promise<TargetGroupAttribute[]> {
  const {sdk, client} = await session.elb()
  const {Attributes = []} = await session.ask(
    'elasticloadbalancing DescribeTargetGroupAttributes',
    'read',
    signal,
    (how) => client.send(new sdk.DescribeTargetGroupAttributesCommand({TargetGroupArn: arn}), how),
  )
  return Attributes
}

function parseTarget({Target, TargetHealth}: TargetHealthDescription): Target {
  return {
    id: Target?.Id ?? '',
    port: Target?.Port ?? 0,
    zone: Target?.AvailabilityZone ?? null,
    state: TargetHealth?.State ?? 'unknown',
    reason: TargetHealth?.Reason ?? null,
  }
}

/** [src: ELB API, TargetGroupAttribute; the delay is 300 s where it is not said] */
function parsePace(group: SdkGroup, attributes: readonly TargetGroupAttribute[]): TargetGroupPace {
  const value = (key: string) => attributes.find(({Key}) => Key === key)?.Value
  const {HealthyThresholdCount: checks = 5, HealthCheckIntervalSeconds: every = 30} = group
  return {
    drainMs: Number(value('deregistration_delay.timeout_seconds') ?? 300) * SECOND,
    healthyMs: checks * every * SECOND,
    slowStartMs: Number(value('slow_start.duration_seconds') ?? 0) * SECOND,
    sticky: value('stickiness.enabled') === 'true',
  }
}

async function inParallel<In, Out>(items: readonly In[], act: (item: In) => Promise<Out>): Promise<Out[]> {
  const done: Out[] = []
  const waiting = items.entries()
  const worker = async () => {
    for (const [at, item] of waiting) done[at] = await act(item)
  }
  await Promise.all(Array.from({length: Math.min(AT_ONCE, items.length)}, worker))
  return done
}
