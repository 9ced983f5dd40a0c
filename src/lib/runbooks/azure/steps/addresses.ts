import {type Step, step} from '../../../engine/step.js'
import type {AzureSystems} from '../../../systems/azure/azure.js'
import type {Network, Vm} from '../../../systems/azure/model.js'
import type {RecoverInput} from '../input.js'

const PATIENCE_MS = 60_000

/** The private addresses are what they were; public ones are shown. */
export function addressesStep(systems: AzureSystems, asked: RecoverInput, vm: Vm, before: Network): Step {
  return step<null>({
    id: `${vm.name}.addresses`,
    says: `see that ${vm.name} has its addresses`,
    async probe(signal) {
      const azure = await systems.azure(asked.target, asked.subscription)
      const {privateIps, addresses} = await azure.network(vm, signal)
      const reached = privateIps.join() === before.privateIps.join()
      const shown = addresses.map(({id, ip}) => {
        const old = before.addresses.find((one) => one.id === id)?.ip
        return old === ip ? `public ${ip ?? 'none'}` : `public ${old ?? 'none'} -> ${ip ?? 'none'}`
      })
      const was = reached ? '' : ` (was ${before.privateIps.join(', ')})`
      return {reached, saw: [`private ${privateIps.join(', ')}${was}`, ...shown].join(', '), before: null}
    },
    patienceMs: PATIENCE_MS,
    pollMs: 5000,
    undo: {kind: 'leave', why: 'it only looks'},
  })
}
