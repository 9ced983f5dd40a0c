import {failing} from '../../../engine/failure.js'
import {type Step, step} from '../../../engine/step.js'
import type {Azure, AzureSystems} from '../../../systems/azure/azure.js'
import type {Operation, Vm} from '../../../systems/azure/model.js'
import {saidNo} from '../../said-no.js'
import type {RecoverInput} from '../input.js'
import {courseOf, wantsCapacity} from './course.js'
import {PACED_MS} from './paced.js'
import {underWay} from './restart.js'
import {sendChange, sentOf} from './send.js'
import {stateText} from './state-text.js'

type Before = {power: string}

/** Takes the VM off its host. Undo starts it again. */
export function deallocateStep(systems: AzureSystems, asked: RecoverInput, vm: Vm): Step {
  const azure = () => systems.azure(asked.target, asked.subscription)
  const at = {group: vm.group, name: vm.name}
  return step<Before>({
    id: `${vm.name}.deallocate`,
    says: `deallocate ${vm.name}`,
    async probe(signal, before, waitedMs = 0, learned) {
      const service = await azure()
      const seen = await service.watch(at, signal)
      const looked = {saw: stateText(seen), before: {power: seen.power}}
      if (seen.power === 'deallocated') return {reached: true, ...looked}
      if (before === undefined) return {reached: false, ...looked}
      const sent = sentOf(learned)
      const course = await courseOf(service, vm.id, sent, asked, waitedMs, signal)
      if (course.is === 'ended') return {reached: false, ...looked}
      // An undo has sent something else, and what counts is where the VM is.
      return {...underWay(course, before), before: looked.before, ...(!sent && {saw: looked.saw})}
    },
    async apply(signal, _before, remember) {
      await sendChange(
        await azure(),
        systems,
        {kind: 'vm', at, verb: 'deallocate'},
        `deallocate ${vm.name}`,
        remember,
        signal,
      )
    },
    once: true,
    patienceMs: asked.operationMs + asked.busyMs,
    pollMs: PACED_MS,
    recheck: ['azure-lock', 'availability'],
    undo: {
      kind: 'restore',
      says: `start ${vm.name} again`,
      restored: (now, before) => now.power === before.power || now.power === 'running',
      run: async (_before, signal) => startToTheEnd(await azure(), systems, asked, vm, signal),
    },
  })
}

/** Starts the VM; where there is no capacity, again and again. */
export function startStep(systems: AzureSystems, asked: RecoverInput, vm: Vm): Step {
  const azure = () => systems.azure(asked.target, asked.subscription)
  const at = {group: vm.group, name: vm.name}
  let endedAtMs: number | undefined
  return step<Before>({
    id: `${vm.name}.start`,
    says: `start ${vm.name}`,
    async probe(signal, before, waitedMs = 0, learned) {
      const service = await azure()
      const seen = await service.watch(at, signal)
      const looked = {saw: stateText(seen), before: {power: seen.power}}
      const up = seen.power === 'running' && seen.provisioning !== 'Updating'
      if (up && (seen.agent.ready || !asked.agent)) return {reached: true, ...looked}
      if (before === undefined) return {reached: false, ...looked}
      if (!up) {
        const course = await courseOf(service, vm.id, sentOf(learned), asked, waitedMs, signal)
        if (wantsCapacity(course)) return noCapacity(asked, vm, course.saw, before, waitedMs)
        if (course.is !== 'ended') return underWay(course, before)
      }
      endedAtMs ??= systems.now()
      const late = systems.now() - endedAtMs > asked.agentMs
      return {reached: false, ...looked, before, ...(late && {hopeless: true})}
    },
    async apply(signal, _before, remember) {
      await sendChange(
        await azure(),
        systems,
        {kind: 'vm', at, verb: 'start'},
        `start ${vm.name}`,
        remember,
        signal,
      )
    },
    once: true,
    patienceMs: asked.operationMs + asked.agentMs + asked.busyMs + asked.capacityMs,
    pollMs: PACED_MS,
    undo: {kind: 'leave', why: 'taking it down again repairs nothing'},
  })
}

function noCapacity(asked: RecoverInput, vm: Vm, saw: string, before: Before, waitedMs: number) {
  const {capacityMs, capacityEveryMs} = asked
  if (waitedMs + capacityEveryMs > capacityMs)
    throw saidNo(`${saw}; ${vm.name} stays deallocated: ${WAYS_OUT}`, 'no-capacity')
  return {reached: false, saw: `${saw}; trying again`, before, again: {afterMs: capacityEveryMs}}
}

const WAYS_OUT =
  'wait and resume, take another size of the same family, take it out of its proximity group, or use another zone'

/** For an undo: waits for what is still under way (the deallocation itself, say), and starts the VM. */
async function startToTheEnd(
  azure: Azure,
  systems: AzureSystems,
  asked: RecoverInput,
  vm: Vm,
  signal: AbortSignal,
): Promise<void> {
  const at = {group: vm.group, name: vm.name}
  const ends = systems.now() + asked.operationMs
  for (;;) {
    const taken = await azure
      .send({kind: 'vm', at, verb: 'start'}, systems.newId(), signal)
      .catch((error: unknown) => {
        if (failing(error).class !== 'busy' || systems.now() > ends || signal.aborted) throw error
      })
    if (taken) return await toItsEnd(azure, taken, signal)
    if ((await azure.watch(at, signal)).power === 'running') return
  }
}

async function toItsEnd(azure: Azure, operation: Operation, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const {status, code, message} = await azure.ask(operation, signal)
    if (status === 'succeeded') return
    if (status !== 'running') throw saidNo(`the start ${status}: ${code}: ${message}`, code || 'operation')
  }
}
