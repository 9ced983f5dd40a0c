import {failing} from '../../../engine/failure.js'
import type {Json} from '../../../engine/json.js'
import {type Probe, type Step, step} from '../../../engine/step.js'
import type {Azure, AzureSystems} from '../../../systems/azure/azure.js'
import type {Vm} from '../../../systems/azure/model.js'
import {saidNo} from '../../said-no.js'
import type {RecoverInput} from '../input.js'
import {isDown, type Proof} from '../method.js'
import {readBootId} from './boot-id.js'
import {type Course, courseOf, endOf} from './course.js'
import {PACED_MS} from './paced.js'
import {type Sent, sendChange, sentOf} from './send.js'
import {stateText} from './state-text.js'

type Before = {power: string; agent: boolean}

/** Restart, or redeploy to another host. `Succeeded` is not believed: the guest itself has to show that it started anew. */
export function restartStep(
  systems: AzureSystems,
  asked: RecoverInput,
  vm: Vm,
  verb: 'restart' | 'redeploy',
  proof: Proof,
): Step {
  const azure = () => systems.azure(asked.target, asked.subscription)
  const at = {group: vm.group, name: vm.name}
  const witness = bootWitness(systems, asked)
  return step<Before>({
    id: `${vm.name}.${verb}`,
    says: verb === 'restart' ? `restart ${vm.name}` : `redeploy ${vm.name} to another host`,
    async probe(signal, before, waitedMs = 0, learned) {
      const service = await azure()
      if (before === undefined) return firstLook(await service.vm(at, signal))
      const sent = sentOf(learned)
      const course = await courseOf(service, vm.id, sent, asked, waitedMs, signal)
      if (course.is !== 'ended') return underWay(course, before)
      const sinceMs = endOf(course, sent)
      return await witness(service, await service.watch(at, signal), {sent, sinceMs, before}, signal)
    },
    async apply(signal, _before, remember) {
      const service = await azure()
      // It takes half a minute or more, and a silent wait looks like a hang.
      const preparing: Sent = {phase: 'preparing', requestId: '', atMs: systems.now()}
      if (proof === 'boot-id') await remember(preparing, `${vm.name}: reading its boot id first`)
      const bootId = proof === 'boot-id' ? await bootIdBefore(service, systems, vm, signal) : undefined
      await sendChange(
        service,
        systems,
        {kind: 'vm', at, verb},
        `${verb} ${vm.name}`,
        remember,
        signal,
        bootId === undefined ? {} : {bootId},
      )
    },
    once: true,
    patienceMs: asked.operationMs + asked.agentMs + asked.busyMs,
    pollMs: PACED_MS,
    recheck: ['azure-lock', 'availability'],
    undo: {kind: 'leave', why: 'what a restart interrupts cannot be taken back'},
    irreversible: 'whatever runs in the guest is interrupted',
  })
}

/** Without it a restart could not be proven. @throws `refused`: nothing was sent */
async function bootIdBefore(
  azure: Azure,
  systems: AzureSystems,
  vm: Vm,
  signal: AbortSignal,
): Promise<string> {
  return await readBootId(azure, systems, vm, signal).catch((error: unknown) => {
    const {message} = failing(error)
    const hint = 'Use --proof agent: it is enough that the guest agent reports afterwards.'
    throw Object.assign(new Error(`${message}; nothing was restarted`), {
      fault: 'refused',
      class: 'boot-id',
      hint,
    })
  })
}

function firstLook(vm: Vm): Probe<Before> {
  return {reached: false, saw: stateText(vm), before: {power: vm.power, agent: vm.agent.ready}}
}

/** What a probe says while the operation has not ended well. @throws when Azure said no */
export function underWay<Before extends Json>(
  course: Exclude<Course, {is: 'ended'}>,
  before: Before,
): Probe<Before> {
  const {saw} = course
  if (course.is === 'failed') throw saidNo(saw, course.code || 'operation')
  return {
    reached: false,
    saw,
    before,
    ...(course.is === 'unsent' && {again: {afterMs: course.afterMs}}),
    ...(course.is === 'unknown' && {hopeless: 'in-doubt' as const}),
  }
}

interface Known {
  sent: Sent | undefined
  sinceMs: number
  before: Before
}

/** Judges by the guest, once Azure says that it is done. Knows how long it has been waiting for it. */
function bootWitness(systems: AzureSystems, asked: RecoverInput) {
  let beganMs: number | undefined
  return async (azure: Azure, vm: Vm, known: Known, signal: AbortSignal): Promise<Probe<Before>> => {
    const {sent, sinceMs, before} = known
    beganMs ??= systems.now()
    const waitedMs = systems.now() - beganMs
    const not = (saw: string, hopeless?: true | 'in-doubt'): Probe<Before> => ({
      reached: false,
      saw,
      before,
      ...(hopeless && {hopeless}),
    })
    if (vm.spot && isDown(vm)) return not(`${vm.name} is ${vm.power}: a spot VM that was evicted`, true)
    if (vm.power !== 'running')
      return not(`Succeeded, and ${stateText(vm)}`, waitedMs > asked.agentMs || undefined)
    if (asked.agent && !vm.agent.ready)
      return not(`Succeeded and running; guest agent ${vm.agent.says}`, waitedMs > asked.agentMs || undefined)
    if (sent?.bootId !== undefined) {
      const late = waitedMs >= asked.settleMs ? 'in-doubt' : undefined
      const now = await readBootId(azure, systems, vm, signal).catch((error: unknown) => {
        if (failing(error).fault !== 'answered') throw error
        return failing(error)
      })
      if (typeof now !== 'string') return not(`Azure says Succeeded, and ${now.message}`, late)
      if (now !== sent.bootId) return {reached: true, saw: `the guest was restarted: boot id ${now}`, before}
      return not(`Azure says Succeeded, but the boot id is still ${now}: the guest was not restarted`, late)
    }
    if (vm.agent.ready && vm.agent.atMs !== null && vm.agent.atMs > sinceMs)
      return {
        reached: true,
        saw: `running, and the guest agent has reported since (${iso(vm.agent.atMs)})`,
        before,
      }
    return not(
      'Azure says Succeeded; nothing that the guest says shows that it was restarted',
      waitedMs >= (asked.agent ? asked.agentMs : 0) ? 'in-doubt' : undefined,
    )
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
