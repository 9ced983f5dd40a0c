import {setAction, vmAction} from './azure-actions.js'
import {type Answer, notFound, refusal} from './azure-answer.js'
import type {LabVm} from './azure-estate.js'
import * as reads from './azure-reads.js'
import {actionCommand, commandPayload, deleteCommand, putCommand} from './azure-run-commands.js'
import type {AzureWorld} from './azure-world.js'

export type ArmRequest = {
  method: string
  path: string
  query: URLSearchParams
  body: unknown
  requestId: string
}

const COMPUTE = /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Compute/
const NETWORK = /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Network/

/** Undefined for what the peer does not know: a client that asks for it is in error. */
export function route(world: AzureWorld, request: ArmRequest): Answer | undefined {
  return (
    (request.method === 'GET' ? onScope(world, request) : undefined) ??
    onVm(world, request) ??
    onSet(world, request) ??
    (request.method === 'GET' ? onRest(world, request) : undefined)
  )
}

/** What the action is called in roles and locks. */
export function actionOf({method, path}: ArmRequest): string {
  const [, kind = '', rest = ''] = /.*\/providers\/(Microsoft\.\w+)\/(.*)$/.exec(path) ?? []
  const words = rest.split('/')
  const types = words.filter((_, at) => at % 2 === 0)
  const base = `${kind}/${types.join('/')}`
  if (method === 'POST') return `${base}/action`
  return `${base}/${method === 'GET' ? 'read' : method === 'DELETE' ? 'delete' : 'write'}`
}

function onScope(world: AzureWorld, {path, query}: ArmRequest): Answer | undefined {
  const [, scope = '', what] =
    /^(.*)\/providers\/(Microsoft\.ResourceHealth\/availabilityStatuses\/current|Microsoft\.Authorization\/locks|Microsoft\.Authorization\/permissions)$/.exec(
      path,
    ) ?? []
  if (what === 'Microsoft.Authorization/locks') return reads.locks(world, scope)
  if (what === 'Microsoft.Authorization/permissions') return reads.permissions(world)
  if (what) {
    const vm = vmAt(world, scope)
    return vm ? reads.health(vm) : notFound(scope)
  }
  if (path.endsWith('/providers/Microsoft.Insights/eventtypes/management/values'))
    return reads.activity(world, query.get('$filter') ?? '')
  return undefined
}

function vmAt(world: AzureWorld, path: string): LabVm | undefined {
  const group = COMPUTE.exec(path)?.[1]
  const name = /\/virtualMachines\/([^/]+)/.exec(path)?.[1]
  return world.estate.vms.find((vm) => vm.group === group && vm.name === name)
}

function onVm(world: AzureWorld, request: ArmRequest): Answer | undefined {
  const {method, path, query, requestId} = request
  const matched =
    /\/providers\/Microsoft\.Compute\/virtualMachines\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(path)
  const group = COMPUTE.exec(path)?.[1]
  if (!matched || group === undefined) return undefined
  const [, , what = '', name = ''] = matched
  const vm = vmAt(world, path)
  if (!vm) return notFound(path)
  if (what === 'runCommands') return onCommand(world, vm, name, request)
  if (method === 'GET' && what === '') return reads.oneVm(world, vm, query)
  if (method === 'GET' && what === 'vmSizes') return reads.sizes()
  if (method !== 'POST' || name !== '') return undefined
  if (what === 'runCommand') return actionCommand(world, vm, request.body as {script?: string[]}, requestId)
  return vmAction(world, vm, what, requestId)
}

function onCommand(world: AzureWorld, vm: LabVm, name: string, request: ArmRequest): Answer | undefined {
  const {method, path, query, requestId, body} = request
  const id = path.replace(/\/runCommands(\/.*)?$/, '')
  const commands = world.commands.get(id)
  if (method === 'PUT') return putCommand(world, vm, name, body as object, requestId)
  if (method === 'DELETE') return deleteCommand(world, vm, name, requestId)
  if (method !== 'GET') return undefined
  const expanded = query.get('$expand') === 'instanceView'
  if (name === '')
    return reads.ok({
      value: [...(commands?.values() ?? [])].map((one) => commandPayload(vm, one, world.estate, false)),
    })
  const one = commands?.get(name)
  return one ? reads.ok(commandPayload(vm, one, world.estate, expanded)) : notFound(path)
}

function onSet(world: AzureWorld, request: ArmRequest): Answer | undefined {
  const {method, path, requestId, body} = request
  const matched = /\/virtualMachineScaleSets\/([^/]+)(?:\/(.+))?$/.exec(path)
  const group = COMPUTE.exec(path)?.[1]
  if (!matched || group === undefined) return undefined
  const [, name = '', what = ''] = matched
  if (method === 'GET' && ['', 'virtualMachines', 'rollingUpgrades/latest'].includes(what))
    return reads.scaleSet(world, group, name, what)
  const set = world.estate.sets.find((one) => one.group === group && one.name === name)
  if (method !== 'POST' || !set) return set ? undefined : notFound(path)
  return setAction(world, set, what, (body ?? {}) as {instanceIds?: string[]}, requestId)
}

function onRest(world: AzureWorld, request: ArmRequest): Answer | undefined {
  const {path, query} = request
  const subscription = `/subscriptions/${world.estate.subscription}`
  if (path === subscription) return reads.account(world)
  if (path === `${subscription}/resources`) return reads.resources(world, query.get('$filter') ?? '')
  if (path === `${subscription}/providers/Microsoft.Compute`)
    return reads.ok({namespace: 'Microsoft.Compute', registrationState: world.estate.provider})
  if (path === `${subscription}/providers/Microsoft.Compute/virtualMachines`)
    return reads.vmList(world, query)
  const operation = /\/locations\/[^/]+\/operations\/([^/]+)$/.exec(path)?.[1]
  if (operation !== undefined) {
    const one = world.operations.find(operation)
    return query.get('monitor') === 'true'
      ? reads.monitor(one, `{origin}${path}?${query}`)
      : reads.operationStatus(world, one)
  }
  return onNetwork(world, path) ?? onAvailability(world, path)
}

function onNetwork(world: AzureWorld, path: string): Answer | undefined {
  const group = NETWORK.exec(path)?.[1]
  if (group === undefined) return undefined
  const [, kind, name = ''] = /\/Microsoft\.Network\/(\w+)\/([^/]+)/.exec(path) ?? []
  if (kind === 'networkInterfaces') return reads.nic(world, group, name)
  if (kind === 'publicIPAddresses') return reads.address(world, group, name)
  if (kind === 'loadBalancers') return reads.pool(world, path)
  return undefined
}

function onAvailability(world: AzureWorld, path: string): Answer | undefined {
  const group = COMPUTE.exec(path)?.[1]
  const name = /\/availabilitySets\/([^/]+)$/.exec(path)?.[1]
  return group !== undefined && name !== undefined ? reads.availabilitySet(world, group, name) : undefined
}

export function scopeLocked(path: string): Answer {
  return refusal(
    409,
    'ScopeLocked',
    `The scope '${path}' cannot perform this operation because it is locked.`,
  )
}

export function notAuthorized(action: string, path: string): Answer {
  return refusal(
    403,
    'AuthorizationFailed',
    `The client 'lab' does not have authorization to perform action '${action}' over scope '${path}'.`,
  )
}
