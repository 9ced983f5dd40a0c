import type {Vm} from '../../systems/azure/model.js'
import {isPermitted} from '../../systems/azure/permitted.js'
import type {Facts} from './facts.js'
import type {RecoverInput} from './input.js'

export type Method = 'start' | 'restart' | 'redeploy' | 'cycle' | 'reapply'

/** What is done, and why; without a method nothing seems wrong. */
export type Choice = {method: Method | null; why: string}

/** Codes of an operation that found no room for the VM [docs: allocation failures]. */
const NO_CAPACITY = new Set([
  'AllocationFailed',
  'ZonalAllocationFailed',
  'OverconstrainedAllocationRequest',
  'OverconstrainedZonalAllocationRequest',
  'SkuNotAvailable',
])

export function isCapacity(code: string): boolean {
  return NO_CAPACITY.has(code)
}

export function isDown({power}: Pick<Vm, 'power'>): boolean {
  return power === 'stopped' || power === 'deallocated'
}

/** The least that helps, by what Azure says about the VM. */
export function choose(asked: RecoverInput, {vm, health}: Facts): Choice {
  if (asked.method !== 'auto') return {method: asked.method, why: 'you asked for it'}
  if (!vm) return {method: null, why: 'the VM is not known'}
  if (isDown(vm)) return {method: 'start', why: `its power state is ${vm.power}`}
  const ill = health?.state === 'Unavailable' && health.reason.startsWith('Unplanned')
  if (ill) return {method: 'redeploy', why: `Resource Health says ${health.state}, ${health.reason}`}
  if (vm.provisioning === 'Failed' && isCapacity(vm.provisioningCode))
    return {method: 'cycle', why: `its last operation failed with ${vm.provisioningCode}`}
  if (vm.provisioning === 'Failed') return {method: 'reapply', why: 'its provisioning state is Failed'}
  if (!vm.agent.ready)
    return {method: 'restart', why: `the platform is well and the guest agent is ${vm.agent.says}`}
  return {method: null, why: 'it runs, its agent is ready and Resource Health has nothing against it'}
}

export type Proof = 'boot-id' | 'agent'

/** By what a restart is proven: the boot id of the guest where it can be read, else the next report of its agent. */
export function proofOf(asked: RecoverInput, {vm, permissions}: Facts): Proof {
  if (asked.proof !== 'auto') return asked.proof
  const readable = vm?.os === 'Linux' && vm.power === 'running' && vm.agent.ready
  return readable && RUN_COMMAND.every((one) => permissions && isPermitted(permissions, one))
    ? 'boot-id'
    : 'agent'
}

const VM = 'Microsoft.Compute/virtualMachines'
export const RUN_COMMAND = ['read', 'write', 'delete'].map((verb) => `${VM}/runCommands/${verb}`)

/** What a method needs to be allowed. */
export function actionsOf(method: Method, proof: Proof): string[] {
  const verbs = method === 'cycle' ? ['deallocate', 'start'] : [method]
  const proven = proof === 'boot-id' && (method === 'restart' || method === 'redeploy')
  return [`${VM}/read`, ...verbs.map((verb) => `${VM}/${verb}/action`), ...(proven ? RUN_COMMAND : [])]
}
