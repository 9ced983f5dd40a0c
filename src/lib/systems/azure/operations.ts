import type {ComputeManagementClient} from '@azure/arm-compute'
import {type Arm, type ArmAnswer, errorOf} from './arm.js'
import type {Azure} from './azure.js'
import {ArmError} from './errors.js'
import type {Change, Operation, OperationStatus} from './model.js'
import type {Pace} from './pace.js'
import {retryAfterMs} from './pace.js'
import type {Session} from './session.js'

const LOG_VERSION = '2015-04-01'
/** Our clock and Azure's need not agree. */
const CLOCK_SKEW_MS = 300_000

/** Changes, and the long-running operations that follow them [src: azure resource-manager async operations]. */
export function operationCalls(
  session: Session,
  arm: Arm,
  pace: Pace,
  subscription: string,
  now: () => number,
): Pick<Azure, 'send' | 'ask' | 'result' | 'logged'> {
  return {
    async send(change, requestId, signal) {
      const headers = await session.call(
        `${change.kind === 'vm' || change.kind === 'set' ? change.verb : change.kind} ${change.at.name}`,
        signal,
        ({client}) => submit(client, change, requestId, signal),
        true,
      )
      const accepted = operationOf(headers)
      if (accepted.url) pace.asked(accepted.url, retryAfterMs(headers['retry-after'], now()))
      return accepted
    },
    async ask(operation, signal) {
      const {url} = operation
      if (url === undefined) return {status: 'succeeded', code: '', message: ''}
      await pace.turn(url, signal)
      const answer = await arm.follow(url, signal)
      pace.asked(url, retryAfterMs(answer.header('retry-after'), now()))
      return statusOf(operation, answer)
    },
    async result({result, url, by}, signal) {
      const at = by === 'location' ? url : result
      return at === undefined ? undefined : (await arm.follow(at, signal)).body
    },
    async logged(scope, requestId, sinceMs, signal) {
      const path = `/subscriptions/${subscription}/providers/Microsoft.Insights/eventtypes/management/values`
      await pace.turn(`${scope}#log`, signal)
      pace.asked(`${scope}#log`, undefined)
      const since = new Date(sinceMs - CLOCK_SKEW_MS).toISOString()
      const filter = encodeURIComponent(`eventTimestamp ge '${since}' and resourceUri eq '${scope}'`)
      const events = (await arm.list(`${path}?$filter=${filter}`, LOG_VERSION, signal)) as LogEvent[]
      const ours = events
        .filter(({httpRequest}) => httpRequest?.clientRequestId === requestId)
        .sort((a, b) => Date.parse(b.eventTimestamp ?? '') - Date.parse(a.eventTimestamp ?? ''))
      const last = ours.find(({status}) => status?.value !== 'Started') ?? ours[0]
      return last && {status: last.status?.value ?? '', code: last.properties?.statusCode ?? ''}
    },
  }
}

type LogEvent = {
  httpRequest?: {clientRequestId?: string}
  status?: {value?: string}
  properties?: {statusCode?: string}
  eventTimestamp?: string
}

type Headers = {[name: string]: string}

/** Returns the headers of the first answer. The SDK sends when it is asked whether it has submitted, and polls only when told to. */
async function submit(
  client: ComputeManagementClient,
  change: Change,
  requestId: string,
  abortSignal: AbortSignal,
): Promise<Headers> {
  let first: Headers | undefined
  const options = {
    abortSignal,
    requestOptions: {headers: {'x-ms-client-request-id': requestId}},
    onResponse(response: {headers: {toJSON(): Headers}}) {
      first ??= response.headers.toJSON()
    },
  }
  await pollerOf(client, change, options).submitted()
  return first ?? {}
}

function pollerOf(
  client: ComputeManagementClient,
  change: Change,
  options: object,
): {submitted(): Promise<void>} {
  const {group, name} = change.at
  switch (change.kind) {
    case 'vm':
      return client.virtualMachines[change.verb](group, name, options)
    case 'set':
      return setPoller(client, change, options)
    case 'action-command':
      return client.virtualMachines.runCommand(
        group,
        name,
        {commandId: 'RunShellScript', script: change.script},
        options,
      )
    case 'put-command':
      return client.virtualMachineRunCommands.createOrUpdate(
        group,
        name,
        change.name,
        {
          location: change.location,
          tags: {redeye: change.digest},
          source: {script: change.script},
          asyncExecution: false,
          timeoutInSeconds: change.timeoutS,
          treatFailureAsDeploymentFailure: false,
        },
        options,
      )
    case 'delete-command':
      return client.virtualMachineRunCommands.delete(group, name, change.name, options)
  }
}

function setPoller(
  client: ComputeManagementClient,
  {at, verb, instances}: Extract<Change, {kind: 'set'}>,
  options: object,
): {submitted(): Promise<void>} {
  const sets = client.virtualMachineScaleSets
  const chosen = {instanceIds: instances}
  if (verb === 'reimage') return sets.reimage(at.group, at.name, {...options, vmScaleSetReimageInput: chosen})
  return sets[verb](at.group, at.name, {...options, vmInstanceIDs: chosen})
}

function operationOf(headers: Headers): Operation {
  const {'azure-asyncoperation': status, location, date} = headers
  const at = acceptedAt(date)
  if (status) return {url: status, by: 'status', ...(location && {result: location}), ...at}
  return location ? {url: location, by: 'location', ...at} : at
}

function endedAt(text: string | undefined): {endedAtMs?: number} {
  const endedAtMs = Date.parse(text ?? '')
  return Number.isNaN(endedAtMs) ? {} : {endedAtMs}
}

/** `Date` has whole seconds: the end of that second is meant. */
function acceptedAt(date: string | undefined): {atMs?: number} {
  const atMs = Date.parse(date ?? '')
  return Number.isNaN(atMs) ? {} : {atMs: atMs + 999}
}

function statusOf({by}: Operation, {status, body}: ArmAnswer): OperationStatus {
  if (status >= 400 && by === 'status') {
    const {code, message} = errorOf(body)
    const gone = status === 404
    throw new ArmError(gone ? 'lost' : 'answered', code, `the operation: ${code}: ${message}`, {
      class: gone ? 'operation-gone' : 'azure',
    })
  }
  if (status >= 400) return {status: 'failed', ...errorOf(body)}
  if (by === 'location') return {status: status === 202 ? 'running' : 'succeeded', code: '', message: ''}
  const {status: word = '', endTime} = (body ?? {}) as {status?: string; endTime?: string}
  const {code, message} = errorOf(body)
  const ended = {succeeded: 'succeeded', failed: 'failed', canceled: 'canceled'} as const
  return {
    status: ended[word.toLowerCase() as keyof typeof ended] ?? 'running',
    code,
    message,
    ...endedAt(endTime),
  }
}
