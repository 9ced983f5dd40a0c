import {failing} from '../../../engine/failure.js'
import type {Json} from '../../../engine/json.js'
import {type Step, step} from '../../../engine/step.js'
import type {Azure, AzureSystems} from '../../../systems/azure/azure.js'
import type {Command, Place} from '../../../systems/azure/model.js'
import {saidNo} from '../../said-no.js'
import type {Target} from '../run-facts.js'
import {commandName, type RunInput} from '../run-input.js'
import {courseOf} from './course.js'
import {PACED_MS} from './paced.js'
import {underWay} from './restart.js'
import {type Result, resultOfAction, wrapped} from './run-result.js'
import {type Sent, sendChange} from './send.js'

/** What is journalled of a script: how it was sent, and what it said in the end. */
type Ran = Sent & {result?: Result}

const RUNNING = new Set(['Pending', 'Running', 'Unknown'])

/** One script in one guest. Only its own exit code counts: the operation ends well whatever the script says. */
export function runStep(systems: AzureSystems, asked: RunInput, {vm}: Target): Step {
  const azure = () => systems.azure(asked.target, asked.subscription)
  const at = {group: vm.group, name: vm.name}
  const managed = asked.as === 'managed'
  const name = commandName(asked)
  const says = `run ${asked.file} on ${vm.name}`
  return step<null>({
    id: `${vm.group}/${vm.name}.run`,
    says,
    async probe(signal, before, waitedMs = 0, learned) {
      if (before === undefined) return {reached: false, saw: 'not run', before: null}
      const ran = learned === undefined ? undefined : (learned as unknown as Ran)
      if (ran?.result) return judged(ran.result)
      const service = await azure()
      const command = managed && ran ? await service.command(at, name, signal) : undefined
      if (command && !RUNNING.has(command.state)) return judged(ofCommand(command))
      if (command) return {reached: false, saw: `the script is ${command.state}`, before: null}
      if (managed && ran && ran.phase !== 'busy')
        return {
          reached: false,
          saw: 'the command never arrived',
          before: null,
          again: {afterMs: asked.busyEveryMs},
        }
      const course = await courseOf(service, vm.id, ran, asked, waitedMs, signal)
      if (course.is !== 'ended') return underWay(course, null)
      return judged(resultOfAction(await service.result(ran?.operation ?? {}, signal), asked.nonce))
    },
    async apply(signal, _before, remember) {
      const service = await azure()
      const change = managed
        ? ({
            kind: 'put-command',
            at,
            name,
            location: vm.location,
            script: asked.script,
            timeoutS: asked.timeoutS,
            digest: asked.digest,
          } as const)
        : ({kind: 'action-command', at, script: wrapped(asked.script, asked.nonce)} as const)
      const sent = await sendChange(service, systems, change, says, remember, signal)
      if (!sent) return
      const result = await following(
        managed ? commandEnd(service, at, name, signal) : actionEnd(service, sent, asked.nonce, signal),
      )
      await remember({...sent, result} as unknown as Json)
      if (managed) await forget(service, systems, at, name, signal)
    },
    once: true,
    patienceMs: asked.operationMs + asked.busyMs,
    pollMs: PACED_MS,
    undo: {kind: 'leave', why: 'nobody knows what would take it back'},
  })
}

function judged(result: Result) {
  const {state, exitCode, output, error} = result
  const said = [output, error]
    .map((text) => text.trim())
    .filter(Boolean)
    .join(' | ')
  if (state === 'Succeeded' && exitCode === 0)
    return {reached: true, saw: `exit 0${said ? `: ${said}` : ''}`, before: null}
  const how = state === 'Succeeded' || state === 'Failed' ? `exit ${exitCode ?? 'unknown'}` : state
  throw saidNo(`${how}${said ? `: ${said}` : ''}`, 'exit')
}

function ofCommand({state, exitCode, output, error}: Command): Result {
  return {state, exitCode, output, error}
}

/** It was taken: whatever goes wrong from here on, nobody may believe that nothing was sent. */
async function following<T>(end: Promise<T>): Promise<T> {
  return await end.catch((error: unknown) => {
    if (failing(error).fault === 'answered') throw error
    throw Object.assign(new Error(failing(error).message), {fault: 'lost'})
  })
}

async function commandEnd(azure: Azure, at: Place, name: string, signal: AbortSignal): Promise<Result> {
  for (;;) {
    const command = await azure.command(at, name, signal)
    if (!command) throw saidNo(`the command ${name} is gone, and with it what it said`, 'gone')
    if (!RUNNING.has(command.state)) return ofCommand(command)
    if (signal.aborted) throw Object.assign(new Error('called off; it still runs'), {fault: 'lost'})
  }
}

async function actionEnd(
  azure: Azure,
  {operation = {}}: Sent,
  nonce: string,
  signal: AbortSignal,
): Promise<Result> {
  for (;;) {
    const {status, code, message} = await azure.ask(operation, signal)
    if (status === 'succeeded') return resultOfAction(await azure.result(operation, signal), nonce)
    if (status !== 'running')
      throw saidNo(`the operation ${status}: ${code}: ${message}`, code || 'operation')
    if (signal.aborted) throw Object.assign(new Error('called off; it still runs'), {fault: 'lost'})
  }
}

/** A failed deletion is no failure of the script: the step that cleans up tries again, and says so. */
async function forget(
  azure: Azure,
  systems: AzureSystems,
  at: Place,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    const operation = await azure.send({kind: 'delete-command', at, name}, systems.newId(), signal)
    while (!signal.aborted && (await azure.ask(operation, signal)).status === 'running');
  } catch {
    return
  }
}
