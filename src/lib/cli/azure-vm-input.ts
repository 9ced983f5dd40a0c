import {patienceInput} from './azure-flags.js'
import {type AccountFlags, placeOf} from './azure-place.js'
import type {Environment} from './environment.js'

interface VmFlags extends AccountFlags {
  timeout: number
  'busy-wait': number
  'busy-every': number
  'log-wait': number
  'agent-wait': number
  settle: number
  proof: 'auto' | 'boot-id' | 'agent'
  agent: boolean
  'capacity-wait'?: number
  'capacity-every'?: number
}

/** What the runbooks about one VM are asked. */
export async function vmInput(text: string, method: string, target: string, flags: VmFlags, at: Environment) {
  const {name, ...place} = await placeOf(text, 'virtualMachines', target, flags, at)
  return {
    ...place,
    ...patienceInput(flags),
    vm: name,
    method,
    proof: flags.proof,
    agent: flags.agent,
    capacityMs: flags['capacity-wait'] ?? 0,
    capacityEveryMs: flags['capacity-every'] ?? 1,
  }
}
