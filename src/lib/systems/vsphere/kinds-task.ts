import {kind} from './kind.js'
import {array, type Becomes, bool, chosen, entity, list, number, oneOf, struct, text, time} from './shape.js'
import {localFault} from './soap-fault.js'

const state = oneOf('queued', 'running', 'success', 'error')

/** What a check says of one pair. */
export const checkResult = struct({
  vm: entity,
  host: entity,
  error: list(localFault),
  warning: list(localFault),
})
const checkResults = array(checkResult)
export type CheckResult = Becomes<typeof checkResult>

/** To follow one task to its end; with its progress every percent would be a call. Of results only those of checks are of use. */
export const TASK = kind('Task', {
  'info.state': state,
  'info.cancelled': bool,
  'info.error': localFault,
  'info.result': chosen<CheckResult[]>((xsi) => (xsi === 'ArrayOfCheckResult' ? checkResults : undefined)),
})

/** Who does what to which object. */
export const RECENT_TASK = kind('Task', {
  'info.state': state,
  'info.descriptionId': text,
  'info.entity': entity,
  'info.reason': struct({userName: text}),
  'info.queueTime': time,
  'info.startTime': time,
  'info.progress': number,
})
