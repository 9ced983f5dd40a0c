import {type Step, step} from '../../../engine/step.js'
import type {AzureSystems} from '../../../systems/azure/azure.js'
import type {Instance, ScaleSet, Vm} from '../../../systems/azure/model.js'
import {vmId} from '../../../systems/azure/resource-id.js'
import {instanceOf, isUp} from '../set-facts.js'
import type {SetInput} from '../set-input.js'
import {courseOf, endOf} from './course.js'
import {PACED_MS} from './paced.js'
import {underWay} from './restart.js'
import {sendChange, sentOf} from './send.js'

/** What a batch was: whether something probes the health of its instances, and whether their agents report. */
type Before = {[instance: string]: {health: boolean; agent: boolean}}

/** Some instances of a uniform set by one call, which ends when each of them is healthy again. */
export function batchStep(
  systems: AzureSystems,
  asked: SetInput,
  set: ScaleSet,
  batch: string[],
  at: number,
): Step {
  const azure = () => systems.azure(asked.target, asked.subscription)
  const place = {group: set.group, name: set.name}
  const judge = healthJudge(systems, asked, batch)
  const says = `${asked.method} ${set.name} ${batch.join(', ')}`
  return step<Before>({
    id: `batch-${at + 1}`,
    says,
    async probe(signal, before, waitedMs = 0, learned) {
      const service = await azure()
      if (before === undefined) return firstLook(pick(await service.instances(place, signal), batch))
      const sent = sentOf(learned)
      const course = await courseOf(service, set.id, sent, asked, waitedMs, signal)
      if (course.is !== 'ended') return underWay(course, before)
      return judge(pick(await service.watchInstances(place, signal), batch), endOf(course, sent), before)
    },
    async apply(signal, _before, remember) {
      const change = {kind: 'set', at: place, verb: asked.method, instances: batch} as const
      await sendChange(await azure(), systems, change, says, remember, signal)
    },
    ...shared(asked),
  })
}

/** One VM of a flexible set, through the calls for VMs. */
export function memberStep(
  systems: AzureSystems,
  asked: SetInput,
  vm: Vm,
  verb: 'restart' | 'redeploy',
): Step {
  const azure = () => systems.azure(asked.target, asked.subscription)
  const place = {group: vm.group, name: vm.name}
  const judge = healthJudge(systems, asked, [vm.name])
  const says = `${verb} ${vm.name}`
  return step<Before>({
    id: `${vm.name}.${verb}`,
    says,
    async probe(signal, before, waitedMs = 0, learned) {
      const service = await azure()
      if (before === undefined) return firstLook([instanceOf(await service.vm(place, signal))])
      const sent = sentOf(learned)
      const course = await courseOf(service, vmId(service.subscription, place), sent, asked, waitedMs, signal)
      if (course.is !== 'ended') return underWay(course, before)
      return judge([instanceOf(await service.watch(place, signal))], endOf(course, sent), before)
    },
    async apply(signal, _before, remember) {
      await sendChange(await azure(), systems, {kind: 'vm', at: place, verb}, says, remember, signal)
    },
    ...shared(asked),
  })
}

function shared(asked: SetInput): Omit<Step, 'id' | 'says' | 'probe' | 'apply'> {
  return {
    once: true,
    patienceMs: asked.operationMs + asked.agentMs + asked.busyMs,
    pollMs: PACED_MS,
    recheck: ['azure-lock', 'rolling-upgrade', 'capacity-floor'],
    undo: {kind: 'leave', why: 'what it interrupts or resets cannot be taken back'},
    irreversible:
      asked.method === 'reimage' ? 'the OS disk is reset' : 'whatever runs in the guest is interrupted',
  }
}

function pick(instances: Instance[], batch: readonly string[]): Instance[] {
  return instances.filter(({id}) => batch.includes(id))
}

function firstLook(instances: Instance[]) {
  return {
    reached: false,
    saw: instances.map(stateOf).join('; '),
    before: Object.fromEntries(
      instances.map(({id, health, agent}) => [id, {health: health !== null, agent: agent.atMs !== null}]),
    ),
  }
}

/** Every instance runs, is healthy where something says so, and its agent has reported since. */
function healthJudge(systems: AzureSystems, asked: SetInput, batch: readonly string[]) {
  let endedAtMs: number | undefined
  return (instances: Instance[], sinceMs: number, before: Before) => {
    endedAtMs ??= systems.now()
    const late = systems.now() - endedAtMs > asked.agentMs
    const gone = batch.filter((id) => !instances.some((one) => one.id === id)).map((id) => `${id} is gone`)
    const ill = instances.flatMap((one) => {
      const was = before[one.id]
      const silent = was?.agent === true && (one.agent.atMs ?? 0) < sinceMs
      const unprobed = was?.health === true && one.health === null
      return isUp(one) && !silent && !unprobed
        ? []
        : [`${stateOf(one)}${silent ? ', agent has not reported since' : ''}`]
    })
    const wrong = [...gone, ...ill]
    return {
      reached: wrong.length === 0,
      saw: wrong.length === 0 ? instances.map(stateOf).join('; ') : wrong.join('; '),
      before,
      ...(wrong.length > 0 && late && {hopeless: true}),
    }
  }
}

function stateOf({id, power, health}: Instance): string {
  return `${id} ${power}${health === null ? '' : ` ${health}`}`
}
