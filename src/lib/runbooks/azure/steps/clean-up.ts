import {type Step, step} from '../../../engine/step.js'
import type {Azure, AzureSystems} from '../../../systems/azure/azure.js'
import type {Target} from '../run-facts.js'
import {commandName, type RunInput} from '../run-input.js'
import {PACED_MS} from './paced.js'

const PATIENCE_MS = 120_000

/** The commands that were made are gone again. One that is gone already is as good. */
export function cleanUpStep(systems: AzureSystems, asked: RunInput, targets: readonly Target[]): Step {
  const azure = () => systems.azure(asked.target, asked.subscription)
  const name = commandName(asked)
  const left = async (service: Azure, signal: AbortSignal): Promise<Target[]> => {
    const there = await Promise.all(
      targets.map(({vm}) => service.command({group: vm.group, name: vm.name}, name, signal)),
    )
    return targets.filter((_, at) => there[at] !== undefined)
  }
  return step<null>({
    id: 'clean-up',
    says: `delete the commands that were made on ${targets.length} ${targets.length === 1 ? 'VM' : 'VMs'}`,
    async probe(signal) {
      const found = await left(await azure(), signal)
      const names = found.map(({vm}) => vm.name).join(', ')
      return {
        reached: found.length === 0,
        saw: names === '' ? 'none is left' : `left on ${names}`,
        before: null,
      }
    },
    async apply(signal) {
      const service = await azure()
      for (const {vm} of await left(service, signal)) {
        const change = {kind: 'delete-command', at: {group: vm.group, name: vm.name}, name} as const
        await service.send(change, systems.newId(), signal).catch((error: {class?: string}) => {
          if (error.class !== 'not-found' && error.class !== 'busy') throw error
        })
      }
    },
    patienceMs: PATIENCE_MS,
    pollMs: PACED_MS,
    undo: {kind: 'leave', why: 'what they said is in the journal'},
  })
}
