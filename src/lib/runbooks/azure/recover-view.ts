import type {PlanView} from '../../engine/runbook.js'
import type {Facts} from './facts.js'
import type {RecoverInput} from './input.js'
import {choose, type Method, proofOf} from './method.js'
import {stateText} from './steps/state-text.js'

const LASTS: Readonly<Record<Method, string>> = {
  start: '1 to 5 minutes',
  restart: '1 to 5 minutes',
  redeploy: '5 to 15 minutes',
  cycle: '5 to 20 minutes',
  reapply: 'a minute or two, and the guest goes on running',
}

/** What a person needs to decide: who, what, why, how long, and what is lost. */
export function recoverView(asked: RecoverInput, facts: Facts): PlanView {
  const {vm, account, network, health} = facts
  const {method, why} = choose(asked, facts)
  const title = `${method ? word(method) : 'Recover'} ${asked.vm} in ${account.name || account.subscription}`
  if (!vm) return {title, tables: [], notes: []}
  const rows = [
    ['subscription', `${account.name} ${account.subscription}`],
    ['signed in', `${account.principal}, tenant ${account.tenant}`],
    ['size', `${vm.size}, ${vm.location}${vm.zone ? ` zone ${vm.zone}` : ''}`],
    ['now', stateText(vm)],
    ['health', health ? `${health.state}${health.reason ? ` (${health.reason})` : ''}` : 'not known'],
    ['addresses', addressText(facts)],
    ...(method ? [['why', `${method}: ${why}`]] : []),
  ]
  const proof = proofOf(asked, facts)
  return {
    title,
    tables: [{columns: [{name: 'VM'}, {name: `${vm.group}/${vm.name}`, shrink: true}], rows}],
    notes: [
      ...(method ? [`it takes ${LASTS[method]}`] : []),
      ...(method === 'restart' || method === 'redeploy' ? [proof === 'boot-id' ? BY_BOOT_ID : BY_AGENT] : []),
      ...(method === 'cycle'
        ? ['undo starts it again; RAM and, where there is one, the temporary disk are lost']
        : []),
      ...(network || method === 'reapply'
        ? []
        : ['its addresses could not be read and are not compared afterwards']),
    ],
  }
}

const BY_BOOT_ID =
  'it is believed when the boot id has changed; a managed Run Command reads it before and after, and is deleted again'
const BY_AGENT =
  'it is believed when the guest agent has reported since; that is weaker than a boot id, which cannot be read here'

function word(method: Method): string {
  return method.charAt(0).toUpperCase() + method.slice(1)
}

function addressText({network}: Facts): string {
  if (!network) return 'not known'
  const open = network.addresses.map(
    ({ip, allocation}) => `public ${ip ?? 'none'} (${allocation.toLowerCase()})`,
  )
  return [network.privateIps.join(', '), ...open].join(', ')
}
