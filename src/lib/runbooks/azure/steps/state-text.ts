import type {Vm} from '../../../systems/azure/model.js'

/** `running, agent Ready` */
export function stateText({power, provisioning, agent}: Vm): string {
  const state = provisioning === 'Succeeded' ? power : `${power}, ${provisioning}`
  return power === 'running' ? `${state}, agent ${agent.says}` : state
}
