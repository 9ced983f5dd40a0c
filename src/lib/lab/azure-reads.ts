import {type Answer, notFound, refusal} from './azure-answer.js'
import {
  ADDRESS_KIND,
  AVAILABILITY_KIND,
  idOf,
  type LabVm,
  NIC_KIND,
  SET_KIND,
  TEMPORARY_DISKS,
  VM_KIND,
} from './azure-estate.js'
import type {Operation} from './azure-operations.js'
import {addressPayload, instancePayload, nicPayload, setPayload, vmPayload} from './azure-payloads.js'
import type {AzureWorld, LogEvent} from './azure-world.js'

export function ok(body: unknown): Answer {
  return {status: 200, body}
}

export function account({estate}: AzureWorld): Answer {
  const {subscription, tenant, state} = estate
  return ok({
    id: `/subscriptions/${subscription}`,
    subscriptionId: subscription,
    tenantId: tenant,
    displayName: 'Lab',
    state,
  })
}

/** `$filter=resourceType eq '...' and name eq '...'`, or `tagName eq '...' and tagValue eq '...'`. */
export function resources({estate}: AzureWorld, filter: string): Answer {
  const term = (name: string) => new RegExp(`${name} eq '([^']*)'`).exec(filter)?.[1]
  const [kind, name, tag, value] = ['resourceType', 'name', 'tagName', 'tagValue'].map(term)
  const named = (one: {name: string}) => one.name.toLowerCase() === name?.toLowerCase()
  const tagged = (vm: LabVm) => tag !== undefined && vm.tags[tag] === value
  const vms = estate.vms.filter((vm) => (tag === undefined ? kind === VM_KIND && named(vm) : tagged(vm)))
  const sets = tag === undefined && kind === SET_KIND ? estate.sets.filter(named) : []
  const payload = (type: string, one: {name: string; group: string}) => ({
    id: idOf(type, one.group, one.name),
    name: one.name,
    type,
    location: estate.location,
  })
  return ok({value: [...vms.map((vm) => payload(VM_KIND, vm)), ...sets.map((set) => payload(SET_KIND, set))]})
}

export function vmList(world: AzureWorld, query: URLSearchParams): Answer {
  const {estate, settings} = world
  const from = Number(query.get('$skiptoken') ?? 0)
  const page = estate.vms.slice(from, from + settings.page)
  const next = from + settings.page
  const path = `/subscriptions/${estate.subscription}/providers/${VM_KIND}`
  const status = query.get('statusOnly') ?? 'false'
  return ok({
    value: page.map((vm) => vmPayload(fresh(vm), estate, status === 'true')),
    ...(next < estate.vms.length && {
      nextLink: `{origin}${path}?api-version=2026-04-01&statusOnly=${status}&$skiptoken=${next}`,
    }),
  })
}

export function oneVm({estate}: AzureWorld, vm: LabVm, query: URLSearchParams): Answer {
  return ok(vmPayload(fresh(vm), estate, query.get('$expand') === 'instanceView'))
}

/** A living agent reports all the time. */
function fresh(vm: LabVm): LabVm {
  return vm.agent.ready ? {...vm, agent: {ready: true, at: Date.now()}} : vm
}

export function health(vm: LabVm): Answer {
  const {state, reason} = vm.health
  return ok({
    id: `${idOf(VM_KIND, vm.group, vm.name)}/providers/Microsoft.ResourceHealth/availabilityStatuses/current`,
    name: 'current',
    type: 'Microsoft.ResourceHealth/AvailabilityStatuses',
    properties: {
      availabilityState: state,
      title: state,
      summary: `The virtual machine is ${state}.`,
      reasonType: reason,
      reportedTime: new Date().toISOString(),
    },
  })
}

/** Locks of the scope itself and of everything above it. */
export function locks({estate}: AzureWorld, scope: string): Answer {
  const above = estate.locks.filter((one) =>
    `${scope}/`.toLowerCase().startsWith(`${one.scope}/`.toLowerCase()),
  )
  return ok({
    value: above.map(({name, scope: on, level}) => ({
      id: `${on}/providers/Microsoft.Authorization/locks/${name}`,
      name,
      type: 'Microsoft.Authorization/locks',
      properties: {level},
    })),
  })
}

export function permissions({estate}: AzureWorld): Answer {
  return ok({value: [{actions: ['*'], notActions: estate.denied, dataActions: [], notDataActions: []}]})
}

export function sizes(): Answer {
  return ok({
    value: Object.entries(TEMPORARY_DISKS).map(([name, resourceDiskSizeInMB]) => ({
      name,
      numberOfCores: 2,
      osDiskSizeInMB: 1_047_552,
      resourceDiskSizeInMB,
      memoryInMB: 8192,
      maxDataDiskCount: 4,
    })),
  })
}

export function nic(world: AzureWorld, group: string, name: string): Answer {
  const found = world.estate.nics.find((one) => one.group === group && one.name === name)
  return found ? ok(nicPayload(found, world.estate)) : notFound(idOf(NIC_KIND, group, name))
}

export function address(world: AzureWorld, group: string, name: string): Answer {
  const found = world.estate.addresses.find((one) => one.group === group && one.name === name)
  return found ? ok(addressPayload(found, world.estate)) : notFound(idOf(ADDRESS_KIND, group, name))
}

export function pool({estate}: AzureWorld, id: string): Answer {
  const nics = estate.pools[id]
  if (!nics) return notFound(id)
  return ok({
    id,
    name: id.split('/').at(-1),
    properties: {backendIPConfigurations: nics.map((one) => ({id: `${one}/ipConfigurations/ipconfig1`}))},
  })
}

export function availabilitySet({estate}: AzureWorld, group: string, name: string): Answer {
  const members = estate.vms.filter((vm) => vm.group === group && vm.availabilitySet === name)
  if (members.length === 0) return notFound(idOf(AVAILABILITY_KIND, group, name))
  return ok({
    id: idOf(AVAILABILITY_KIND, group, name),
    name,
    location: estate.location,
    properties: {virtualMachines: members.map((vm) => ({id: idOf(VM_KIND, vm.group, vm.name)}))},
  })
}

export function scaleSet(world: AzureWorld, group: string, name: string, what: string): Answer {
  const set = world.estate.sets.find((one) => one.group === group && one.name === name)
  if (!set) return notFound(idOf(SET_KIND, group, name))
  if (what === '') return ok(setPayload(set, world.estate))
  if (what === 'virtualMachines' && set.mode === 'Flexible')
    return ok({
      value: world.estate.vms
        .filter((vm) => vm.set === name && vm.group === group)
        .map((vm) => vmPayload(vm, world.estate, false)),
    })
  if (what === 'virtualMachines')
    return ok({value: set.instances.map((one) => instancePayload(one, set, world.estate))})
  if (set.rolling === null) return notFound(`${idOf(SET_KIND, group, name)}/rollingUpgrades/latest`)
  return ok({properties: {runningStatus: {code: set.rolling, startTime: new Date().toISOString()}}})
}

/** The status stays 200 when the operation has failed. */
export function operationStatus({settings}: AzureWorld, one: Operation | undefined): Answer {
  if (!one) return refusal(404, 'NotFound', 'The operation was not found.')
  const time = (ms: number) => new Date(ms).toISOString()
  const ended = one.status !== 'InProgress'
  return {
    status: 200,
    headers: !ended && settings.retryAfter !== null ? {'retry-after': String(settings.retryAfter)} : {},
    body: {
      name: one.id,
      status: one.status,
      startTime: time(one.startedAt),
      ...(ended && {endTime: time(one.endsAt)}),
      ...(one.error && {error: one.error}),
    },
  }
}

export function monitor(one: Operation | undefined, self: string): Answer {
  if (!one) return refusal(404, 'NotFound', 'The operation was not found.')
  if (one.status === 'InProgress') return {status: 202, headers: {location: self}}
  if (one.error) return {status: 409, body: {error: one.error}}
  return one.result === undefined ? {status: 204} : ok(one.result)
}

export function activity({log, settings, estate}: AzureWorld, filter: string): Answer {
  const since = Date.parse(/eventTimestamp ge '([^']*)'/.exec(filter)?.[1] ?? '')
  const resource = /resourceUri eq '([^']*)'/.exec(filter)?.[1]?.toLowerCase()
  if (Number.isNaN(since) || !resource)
    return refusal(400, 'BadRequest', 'The filter must have eventTimestamp and resourceUri.')
  const seen = log.filter(
    (one) =>
      one.at >= since && one.resource.toLowerCase() === resource && Date.now() >= one.at + settings.logMs,
  )
  return ok({value: seen.map((one) => eventPayload(one, estate.subscription))})
}

function eventPayload(one: LogEvent, subscription: string) {
  const text = (value: string) => ({value, localizedValue: value})
  return {
    correlationId: one.clientRequestId,
    eventName: text(one.status === 'Started' ? 'BeginRequest' : 'EndRequest'),
    httpRequest: {clientRequestId: one.clientRequestId, method: 'POST'},
    level: 'Informational',
    operationName: text(one.operation),
    properties: one.code ? {statusCode: one.code} : {},
    status: text(one.status),
    subStatus: text(one.code ?? ''),
    eventTimestamp: new Date(one.at).toISOString(),
    submissionTimestamp: new Date(one.at).toISOString(),
    subscriptionId: subscription,
  }
}
