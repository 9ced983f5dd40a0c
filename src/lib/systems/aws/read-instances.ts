import {createHash} from 'node:crypto'
import {RemoteError} from '../../remote/fault.js'
import {ignored, permissionOf} from './dry-run.js'
import type {Instance, InstanceReader} from './instance.js'
import {parseChecks, parseInstance} from './parse-instance.js'
import {readPing} from './read-ping.js'
import {readTypes} from './read-types.js'
import type {AwsSession} from './session.js'

const ID = /^i-[0-9a-f]+$/
const ALIVE = ['pending', 'running', 'stopping', 'stopped', 'shutting-down']

export function instanceReader(session: AwsSession): InstanceReader {
  return {
    async findInstances(named, signal) {
      if (!ID.test(named)) return await describe(session, signal, {name: named})
      try {
        return await describe(session, signal, {id: named})
      } catch (error) {
        if (isUnknownId(error)) return []
        throw error
      }
    },
    async instance(id, signal) {
      const [found] = await describe(session, signal, {id})
      if (!found) throw new RemoteError('answered', `there is no instance ${id}`, {class: 'no-such-instance'})
      return found
    },
    async checks(id, signal) {
      const {sdk, client} = await session.ec2()
      const asked = {InstanceIds: [id], IncludeAllInstances: true}
      const {InstanceStatuses: found = []} = await session.ask(
        'ec2 DescribeInstanceStatus',
        'read',
        signal,
        (how) => client.send(new sdk.DescribeInstanceStatusCommand(asked), how),
      )
      return parseChecks(found.find(({InstanceId}) => InstanceId === id))
    },
    async protection(id, signal) {
      const {sdk, client} = await session.ec2()
      const attribute = (name: (typeof ATTRIBUTES)[number]) =>
        session.ask('ec2 DescribeInstanceAttribute', 'read', signal, (how) =>
          client.send(new sdk.DescribeInstanceAttributeCommand({InstanceId: id, Attribute: name}), how),
        )
      const [stop, shutdown] = await Promise.all(ATTRIBUTES.map(attribute))
      return {
        apiStop: stop?.DisableApiStop?.Value ?? false,
        onShutdown: shutdown?.InstanceInitiatedShutdownBehavior?.Value ?? 'unknown',
      }
    },
    async elasticIps(id, signal) {
      const {sdk, client} = await session.ec2()
      const asked = {Filters: [{Name: 'instance-id', Values: [id]}]}
      const {Addresses = []} = await session.ask('ec2 DescribeAddresses', 'read', signal, (how) =>
        client.send(new sdk.DescribeAddressesCommand(asked), how),
      )
      return Addresses.flatMap(({PublicIp}) => PublicIp ?? [])
    },
    async consolePost(id, signal) {
      const {sdk, client} = await session.ec2()
      const {Timestamp, Output = ''} = await session.ask('ec2 GetConsoleOutput', 'read', signal, (how) =>
        client.send(new sdk.GetConsoleOutputCommand({InstanceId: id}), how),
      )
      return {
        at: Timestamp?.toISOString() ?? null,
        digest: createHash('sha256').update(Output).digest('hex'),
      }
    },
    typeOf: readTypes(session),
    ping: (id, signal) => readPing(session, id, signal),
    async may(action, id, signal) {
      const {sdk, client} = await session.ec2()
      const asked = {InstanceIds: [id], DryRun: true}
      const send = (how: {abortSignal: AbortSignal}): Promise<unknown> => {
        if (action === 'StopInstances') return client.send(new sdk.StopInstancesCommand(asked), how)
        if (action === 'StartInstances') return client.send(new sdk.StartInstancesCommand(asked), how)
        return client.send(new sdk.RebootInstancesCommand(asked), how)
      }
      return await session.ask(`ec2 ${action}`, 'read', signal, send).then(ignored, permissionOf)
    },
  }
}

const ATTRIBUTES = ['disableApiStop', 'instanceInitiatedShutdownBehavior'] as const

async function describe(
  session: AwsSession,
  signal: AbortSignal,
  by: {id: string} | {name: string},
): Promise<Instance[]> {
  const {sdk, client} = await session.ec2()
  const asked =
    'id' in by
      ? {InstanceIds: [by.id]}
      : {
          Filters: [
            {Name: 'tag:Name', Values: [by.name]},
            {Name: 'instance-state-name', Values: ALIVE},
          ],
        }
  const found: Instance[] = []
  let NextToken: string | undefined
  do {
    const page = await session.ask('ec2 DescribeInstances', 'read', signal, (how) =>
      client.send(new sdk.DescribeInstancesCommand({...asked, ...(NextToken && {NextToken})}), how),
    )
    found.push(...(page.Reservations ?? []).flatMap(({Instances = []}) => Instances.map(parseInstance)))
    NextToken = page.NextToken
  } while (NextToken)
  return found
}

function isUnknownId(error: unknown): boolean {
  const {class: kind = ''} = error as RemoteError
  return kind.startsWith('invalid-instance-id')
}
