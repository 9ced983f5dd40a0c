import {remember} from '../../engine/memory.js'
import type {Plan} from '../../engine/plan.js'
import type {Entry} from '../../engine/ports.js'
import {choose} from './choose.js'
import type {Facts} from './facts.js'
import type {EvacuateInput} from './input.js'

/** What an evacuation did to a host and its VMs, for `restore`. */
export type Past = {
  /** It put the host into maintenance mode. */
  entered: boolean
  /** VMs that it moved, and where they may be found if nobody moved them on. */
  moved: {vm: string; name: string; targets: string[]}[]
  /** VMs that it stopped. */
  stopped: {vm: string; name: string; toolsRan: boolean}[]
}

const DONE = 'changed'

/** Read off the plan and the journal of a run of `vsphere.host.evacuate`; what was taken back does not count. */
export function whatItDid(plan: Pick<Plan, 'input' | 'facts'>, entries: Iterable<Entry>): Past {
  const memory = remember(entries)
  const did = (step: string) => memory.get(step)?.result?.state === DONE
  const [asked, facts] = [plan.input as EvacuateInput, plan.facts as Facts]
  const {placement, fates} = choose(asked, facts)
  return {
    entered: did('enter-maintenance'),
    moved: placement.moves.flatMap(({vm, to, next}) =>
      did(`${vm.ref}.move`)
        ? [{vm: vm.ref, name: vm.name, targets: [to.ref, ...(next ? [next.ref] : [])]}]
        : [],
    ),
    stopped: fates.flatMap(({vm, fate}) =>
      fate.kind === 'stop' && did(`${vm.ref}.stop`)
        ? [{vm: vm.ref, name: vm.name, toolsRan: vm.toolsRunning}]
        : [],
    ),
  }
}
