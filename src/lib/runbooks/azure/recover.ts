import type {Finding, Runbook} from '../../engine/runbook.js'
import type {Stage, Step} from '../../engine/step.js'
import type {AzureSystems} from '../../systems/azure/azure.js'
import {type Facts, survey} from './facts.js'
import {softened} from './guards/own-doing.js'
import {account, found, locked, permitted} from './guards/place.js'
import {vmGuards} from './guards/vm.js'
import {type RecoverInput, recoverInput} from './input.js'
import {actionsOf, choose, type Method, proofOf} from './method.js'
import {recoverView} from './recover-view.js'
import {addressesStep} from './steps/addresses.js'
import {deallocateStep, startStep} from './steps/power.js'
import {reapplyStep} from './steps/reapply.js'
import {restartStep} from './steps/restart.js'

export type VmRunbook = Runbook<RecoverInput, Facts, AzureSystems>

/** One VM by the least that helps. */
export const recover = vmRunbook('azure.vm.recover', 'Bring one VM back by the least that helps')
export const restart = vmRunbook('azure.vm.restart', 'Restart one VM, and see that its guest really was')
export const redeploy = vmRunbook('azure.vm.redeploy', 'Move one VM to another host')
export const cycle = vmRunbook('azure.vm.cycle', 'Deallocate one VM and start it again')

/** They differ in who chooses the method. */
function vmRunbook(id: string, summary: string): VmRunbook {
  return {
    id,
    summary,
    input: recoverInput,
    effect: ({method}) => (method === 'reapply' ? 'change' : 'disrupt'),
    subject: ({vm}) => vm,
    locks: ({subscription, vm}) => [`azure/${subscription}/vm/${vm.toLowerCase()}`],
    survey,
    rests,
    // What a resumed run has begun itself must not stand in its way.
    guards: (asked, facts, planned) =>
      guards(asked, facts, id.replaceAll('.', ' ')).map(
        softened(planned ? ['method', 'provisioning', 'running', 'proof'] : []),
      ),
    undoGuards: (asked, facts) => [
      account(asked, facts.account),
      locked(facts.locks, facts.unread.locks),
      permitted(facts.permissions, [START], facts.unread.permissions),
    ],
    view: recoverView,
    stages,
    onFailure: 'stop',
  }
}

const START = 'Microsoft.Compute/virtualMachines/start/action'

/** What the method was chosen by, and what would be lost. */
function rests(asked: RecoverInput, facts: Facts) {
  const {vm, temporaryDisk, network} = facts
  return {
    method: choose(asked, facts).method,
    id: vm?.id ?? null,
    size: vm?.size ?? null,
    power: vm?.power ?? null,
    temporaryDisk,
    addresses: network && [network.privateIps, network.addresses.map(({ip, allocation}) => [ip, allocation])],
  }
}

function guards(asked: RecoverInput, facts: Facts, command: string): Finding[] {
  const choice = choose(asked, facts)
  const {places, vm, unread} = facts
  return [
    account(asked, facts.account),
    found('VM', asked.vm, places, command),
    ...(vm ? [locked(facts.locks, unread.locks)] : []),
    ...(vm && choice.method
      ? [permitted(facts.permissions, actionsOf(choice.method, proofOf(asked, facts)), unread.permissions)]
      : []),
    ...vmGuards(asked, facts, choice),
  ]
}

function stages(systems: AzureSystems, asked: RecoverInput, facts: Facts): Stage[] {
  const {vm, network} = facts
  const {method} = choose(asked, facts)
  if (!vm || !method) return []
  return [
    ...methodStages(systems, asked, facts, method),
    ...(network && method !== 'reapply'
      ? [
          {
            id: 'addresses',
            says: 'look at its addresses',
            steps: [addressesStep(systems, asked, vm, network)],
          },
        ]
      : []),
  ]
}

function methodStages(systems: AzureSystems, asked: RecoverInput, facts: Facts, method: Method): Stage[] {
  const {vm} = facts
  if (!vm) return []
  switch (method) {
    case 'restart':
    case 'redeploy':
      return [stage(method, method, restartStep(systems, asked, vm, method, proofOf(asked, facts)))]
    case 'cycle':
      return [
        stage('deallocate', 'take it off its host', deallocateStep(systems, asked, vm)),
        stage('start', 'bring it back', startStep(systems, asked, vm)),
      ]
    case 'start':
      return [stage('start', 'bring it back', startStep(systems, asked, vm))]
    case 'reapply':
      return [stage('reapply', 'reapply', reapplyStep(systems, asked, vm))]
  }
}

/** Looked at when its turn comes: what was done well stays done when a run is resumed, and Azure forgets its operations. */
function stage(id: string, says: string, only: Step): Stage {
  return {id, says, steps: [only], look: 'reached'}
}
