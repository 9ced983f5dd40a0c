import {z} from 'zod'
import type {Check} from '../../engine/check.js'
import type {Finding} from '../../engine/runbook.js'
import type {AzureSystems} from '../../systems/azure/azure.js'
import {isPermitted} from '../../systems/azure/permitted.js'
import {where} from './input.js'

const VM = 'Microsoft.Compute/virtualMachines'
const SET = 'Microsoft.Compute/virtualMachineScaleSets'

/** What each runbook needs to be allowed: the custom role of docs/azure.md is their sum. */
export const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  status: [
    `${VM}/read`,
    `${VM}/instanceView/read`,
    `${VM}/vmSizes/read`,
    `${SET}/read`,
    `${SET}/virtualMachines/read`,
    `${SET}/rollingUpgrades/read`,
    'Microsoft.Compute/locations/operations/read',
    'Microsoft.Resources/subscriptions/read',
    'Microsoft.Resources/subscriptions/resources/read',
    'Microsoft.Compute/availabilitySets/read',
    'Microsoft.Network/networkInterfaces/read',
    'Microsoft.Network/publicIPAddresses/read',
    'Microsoft.Network/loadBalancers/backendAddressPools/read',
    'Microsoft.ResourceHealth/availabilityStatuses/read',
    'Microsoft.Authorization/permissions/read',
    'Microsoft.Authorization/locks/read',
    'Microsoft.Insights/eventtypes/values/read',
  ],
  'azure.vm.restart': [`${VM}/restart/action`],
  'azure.vm.redeploy': [`${VM}/redeploy/action`],
  'azure.vm.cycle': [`${VM}/deallocate/action`, `${VM}/start/action`],
  'azure.vm.recover': ['restart', 'redeploy', 'deallocate', 'start', 'reapply'].map(
    (verb) => `${VM}/${verb}/action`,
  ),
  'azure.vmss.recover': ['restart', 'reimage', 'redeploy'].map((verb) => `${SET}/${verb}/action`),
  'azure.run': [
    `${VM}/runCommand/action`,
    ...['read', 'write', 'delete'].map((verb) => `${VM}/runCommands/${verb}`),
  ],
}

const input = z.strictObject({
  ...where,
  group: z.string().nullable(),
  for: z
    .string()
    .refine((name) => name in ACTIONS, {error: `one of ${Object.keys(ACTIONS).join(', ')}`})
    .nullable(),
})
type CheckInput = z.infer<typeof input>

/** Yes only if one can sign in, the subscription can be used, and every action of the runbooks is proven allowed. Never changes anything. */
export const check: Check<CheckInput, AzureSystems> = {
  id: 'azure.check',
  summary: 'Ask whether the runbooks could do their work in this subscription',
  input,
  subject: ({target, group}) => (group === null ? target : `${target}/${group}`),
  async ask(systems, asked, signal) {
    const azure = await systems.azure(asked.target, asked.subscription)
    const account = await azure.account(signal)
    const scope = `/subscriptions/${asked.subscription}${asked.group === null ? '' : `/resourceGroups/${asked.group}`}`
    const [provider, permissions] = await Promise.all([
      azure.provider(signal),
      azure.permissions(scope, signal),
    ])
    const vms = await azure.vms(signal)
    const wanted = asked.for === null ? Object.keys(ACTIONS) : ['status', asked.for]
    return [
      yes('sign-in', true, `as ${account.principal} at ${account.endpoint}`),
      yes('subscription', account.state === 'Enabled', `${account.name} is ${account.state}`),
      yes('provider', provider === 'Registered', `Microsoft.Compute is ${provider}`),
      yes('read', true, `${vms.length} VMs can be listed`),
      ...wanted.map((name) => allowed(name, ACTIONS[name] ?? [], (one) => isPermitted(permissions, one))),
      allowance(azure.allowance()),
    ]
  },
}

function yes(id: string, good: boolean, saw: string): Finding {
  return {id, level: good ? 'pass' : 'refuse', saw}
}

function allowed(name: string, actions: readonly string[], may: (action: string) => boolean): Finding {
  const id = `may-${name.replace(/^azure\./, '').replaceAll('.', '-')}`
  const missing = actions.filter((one) => !may(one))
  if (missing.length === 0) return {id, level: 'pass', saw: `all ${actions.length} actions are allowed`}
  return {
    id,
    level: 'refuse',
    saw: `not allowed: ${missing.join(', ')}`,
    clear: 'have the custom role of docs/azure.md assigned',
  }
}

const LOW = 100

function allowance(left: {[header: string]: string}): Finding {
  const known = Object.entries(left)
  const low = known.some(([, value]) => /^\d+$/.test(value) && Number(value) < LOW)
  const saw = known.map(([header, value]) => `${header} ${value}`).join(', ') || 'Azure does not say'
  return {id: 'allowance', level: low ? 'warn' : 'pass', saw: `requests left: ${saw}`}
}
