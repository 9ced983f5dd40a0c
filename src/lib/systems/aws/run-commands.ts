import type {CommandInvocation} from '@aws-sdk/client-ssm'
import type {CommandRunner, Invocation} from './node.js'
import type {AwsSession} from './session.js'

/** [src: Systems Manager, Understanding command statuses] */
const RUNNING = new Set(['Pending', 'InProgress', 'Delayed', 'Cancelling'])
const NOT_SENT = new Set(['Terminated', 'Cancelled', 'Rate Exceeded'])

export function commandRunner(session: AwsSession): CommandRunner {
  return {
    async sendCommand(order, signal) {
      const {sdk, client} = await session.ssm()
      const asked = {
        InstanceIds: [...order.nodes],
        DocumentName: order.document,
        ...(order.version !== '' && {DocumentVersion: order.version}),
        Parameters: order.parameters,
        TimeoutSeconds: order.deliverySec,
        MaxConcurrency: order.maxConcurrency,
        MaxErrors: order.maxErrors,
        Comment: order.comment,
      }
      const {Command} = await session.ask('ssm SendCommand', 'once', signal, (how) =>
        client.send(new sdk.SendCommandCommand(asked), how),
      )
      return Command?.CommandId ?? ''
    },
    async findCommand(comment, sinceMs, signal) {
      const {sdk, client} = await session.ssm()
      // Their clock may be a little behind.
      const since = new Date(sinceMs - 60_000).toISOString().replace(/\.\d+Z$/, 'Z')
      const filters = [{key: 'InvokedAfter' as const, value: since}]
      let next: string | undefined
      do {
        const asked = {Filters: filters, MaxResults: 50, ...(next && {NextToken: next})}
        const {Commands = [], NextToken} = await session.ask('ssm ListCommands', 'read', signal, (how) =>
          client.send(new sdk.ListCommandsCommand(asked), how),
        )
        const found = Commands.find(({Comment}) => Comment === comment)
        if (found?.CommandId) return found.CommandId
        next = NextToken
      } while (next)
      return null
    },
    async invocations(command, signal) {
      const {sdk, client} = await session.ssm()
      const found: CommandInvocation[] = []
      let next: string | undefined
      do {
        const asked = {CommandId: command, Details: true, MaxResults: 50, ...(next && {NextToken: next})}
        const {CommandInvocations = [], NextToken} = await session.ask(
          'ssm ListCommandInvocations',
          'read',
          signal,
          (how) => client.send(new sdk.ListCommandInvocationsCommand(asked), how),
        )
        found.push(...CommandInvocations)
        next = NextToken
      } while (next)
      return found.map(parseInvocation)
    },
  }
}

function parseInvocation(from: CommandInvocation): Invocation {
  const {Status: status = '', StatusDetails: detail = status, CommandPlugins: plugins = []} = from
  const last = plugins.at(-1)
  return {
    node: from.InstanceId ?? '',
    state: stateOf(status, detail),
    detail,
    // Before a plugin has ended the service says -1.
    code: last?.ResponseCode === undefined || last.ResponseCode < 0 ? null : last.ResponseCode,
    output: last?.Output ?? '',
  }
}

function stateOf(status: string, detail: string): Invocation['state'] {
  if (RUNNING.has(status)) return 'running'
  if (status === 'Success') return 'success'
  return NOT_SENT.has(detail) ? 'not-sent' : 'failed'
}
