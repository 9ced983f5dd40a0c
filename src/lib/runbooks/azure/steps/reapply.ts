import {type Step, step} from '../../../engine/step.js'
import type {AzureSystems} from '../../../systems/azure/azure.js'
import type {Vm} from '../../../systems/azure/model.js'
import type {RecoverInput} from '../input.js'
import {courseOf} from './course.js'
import {PACED_MS} from './paced.js'
import {underWay} from './restart.js'
import {sendChange, sentOf} from './send.js'

type Before = {provisioning: string}

/** Has Azure apply the model of the VM again; the guest goes on running. */
export function reapplyStep(systems: AzureSystems, asked: RecoverInput, vm: Vm): Step {
  const azure = () => systems.azure(asked.target, asked.subscription)
  const at = {group: vm.group, name: vm.name}
  return step<Before>({
    id: `${vm.name}.reapply`,
    says: `reapply the model of ${vm.name}`,
    async probe(signal, before, waitedMs = 0, learned) {
      const service = await azure()
      if (before !== undefined) {
        const course = await courseOf(service, vm.id, sentOf(learned), asked, waitedMs, signal)
        if (course.is !== 'ended') return underWay(course, before)
      }
      const {provisioning} = await service.watch(at, signal)
      return {
        reached: provisioning === 'Succeeded',
        saw: `provisioning state ${provisioning}`,
        before: before ?? {provisioning},
      }
    },
    async apply(signal, _before, remember) {
      await sendChange(
        await azure(),
        systems,
        {kind: 'vm', at, verb: 'reapply'},
        `reapply ${vm.name}`,
        remember,
        signal,
      )
    },
    once: true,
    patienceMs: asked.operationMs + asked.busyMs,
    pollMs: PACED_MS,
    recheck: ['azure-lock'],
    undo: {kind: 'leave', why: 'the model is what it was'},
  })
}
