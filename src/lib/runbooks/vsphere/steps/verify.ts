import {type Step, step} from '../../../engine/step.js'
import type {VsphereSystems} from '../../../systems/vsphere/vcenter.js'
import type {Facts} from '../facts.js'
import {vmNow} from '../move-vm.js'
import {words} from './move.js'

const SETTLES_MS = 60_000
const POLL_MS = 2000

type Vm = {ref: string; name: string; instanceUuid: string}

/** Only looks: every VM that ran on the host and was to run on does so elsewhere. */
export function verifyStep(systems: VsphereSystems, target: string, vms: readonly Vm[], facts: Facts): Step {
  return step<null>({
    id: 'verify',
    says: `see that ${vms.length} VMs run elsewhere`,
    async probe(signal) {
      const elsewhere = await whereNow(systems, target, vms, facts, signal)
      const wrong = elsewhere.filter(({ok}) => !ok)
      const notes = elsewhere.filter(({ok, note}) => ok && note !== '')
      const saw = [
        wrong.length === 0 ? `${vms.length - notes.length} VMs run elsewhere` : '',
        ...[...wrong, ...notes].map(({name, note}) => `${name} ${note}`),
      ]
      return {reached: wrong.length === 0, saw: saw.filter((text) => text !== '').join('; '), before: null}
    },
    patienceMs: SETTLES_MS,
    pollMs: POLL_MS,
    undo: {kind: 'leave', why: 'it only looks'},
    // Leaving maintenance mode would not mend a VM.
    onFailure: 'stop',
  })
}

/** One sweep; only VMs that it does not find (moved to another cluster, gone) are looked up one by one. */
async function whereNow(
  systems: VsphereSystems,
  target: string,
  vms: readonly Vm[],
  {cluster, host}: Facts,
  signal: AbortSignal,
): Promise<{name: string; ok: boolean; note: string}[]> {
  const vcenter = await systems.vsphere(target)
  const all = new Map((await vcenter.whereabouts(cluster.rootPool, signal)).map((vm) => [vm.ref, vm]))
  return await Promise.all(
    vms.map(async (vm) => {
      const seen = all.get(vm.ref) ?? (await vmNow(vcenter, vm, cluster.rootPool, signal))
      if (!seen) return {name: vm.name, ok: true, note: 'is gone from the inventory'}
      const here = seen.host === host.ref
      if (seen.power !== 'poweredOn')
        return {name: vm.name, ok: here, note: `is ${words(seen.power)}${here ? ' on the host' : ''}`}
      if (seen.connection !== 'connected') return {name: vm.name, ok: false, note: `is ${seen.connection}`}
      return {name: vm.name, ok: !here, note: here ? 'still runs on the host' : ''}
    }),
  )
}
