import {type Answer, notFound, refusal} from './azure-answer.js'
import {idOf, type LabSet, type LabVm, SET_KIND, VM_KIND} from './azure-estate.js'
import type {Operation} from './azure-operations.js'
import {type AzureWorld, boot, nextBootId} from './azure-world.js'

/** What a POST on a VM does when it is accepted: at once, and when its operation ends. */
type VmAction = {begin?(vm: LabVm): void; end(vm: LabVm, world: AzureWorld): void; wants?: LabVm['power']}

const VM_ACTIONS: {[name: string]: VmAction} = {
  restart: {wants: 'running', end: boot},
  redeploy: {
    end(vm, world) {
      vm.host = `host-${Number(vm.host.slice(5)) + 1}`
      boot(vm, world)
    },
  },
  reapply: {
    end(vm) {
      vm.provisioning = 'Succeeded'
    },
  },
  start: {
    begin(vm) {
      if (vm.power !== 'running') vm.power = 'starting'
    },
    end(vm, world) {
      if (vm.power !== 'running') boot(vm, world)
    },
  },
  deallocate: {begin: powering('deallocating'), end: down('deallocated')},
  powerOff: {begin: powering('stopping'), end: down('stopped')},
}

function powering(power: LabVm['power']) {
  return (vm: LabVm) => {
    vm.power = power
  }
}

function down(power: LabVm['power']) {
  return (vm: LabVm) => {
    vm.power = power
    vm.provisioning = 'Succeeded'
    vm.agent = {ready: false, at: 0}
  }
}

export function vmAction(world: AzureWorld, vm: LabVm, name: string, request: string): Answer {
  const action = VM_ACTIONS[name]
  if (!action) return notFound(`${vm.name}/${name}`)
  const id = idOf(VM_KIND, vm.group, vm.name)
  if (action.wants && vm.power !== action.wants)
    return refusal(
      409,
      'OperationNotAllowed',
      `The operation requires the VM to be ${action.wants} (or set to run).`,
    )
  if (world.busy.has(id)) return another(vm.name)
  const before = {power: vm.power, provisioning: vm.provisioning}
  const {script} = world
  if (!script.noEffect) action.begin?.(vm)
  if (vm.provisioning === 'Succeeded') vm.provisioning = 'Updating'
  return begin(
    world,
    id,
    `${VM_KIND}/${name}/action`,
    request,
    () => action.end(vm, world),
    () => {
      if (script.fail || script.canceled || script.noEffect) Object.assign(vm, before)
    },
  )
}

export function another(name: string): Answer {
  return refusal(409, 'Conflict', `Another operation on '${name}' is in progress. Try again later.`)
}

/** Begins an operation on one thing, logs it, and answers 202. */
export function begin(
  world: AzureWorld,
  id: string,
  operation: string,
  request: string,
  effect: () => unknown,
  always: () => void = () => {},
): Answer {
  const log = (status: string, code?: string) =>
    void world.log.push({
      at: Date.now(),
      resource: id,
      operation,
      status,
      clientRequestId: request,
      ...(code && {code}),
    })
  log('Started')
  const one = world.operations.begin(world.script, effect, () => {
    world.busy.delete(id)
    always()
    log(one.status, one.error?.code)
  })
  world.busy.set(id, one)
  return {status: 202, headers: headersOf(world, one)}
}

function headersOf({estate, settings}: AzureWorld, {id}: Operation): {[name: string]: string} {
  const at = `{origin}/subscriptions/${estate.subscription}/providers/Microsoft.Compute/locations/${estate.location}/operations/${id}`
  const query = 'p=7b1f&api-version=2026-04-01'
  return {
    ...(settings.headers !== 'location' && {'azure-asyncoperation': `${at}?${query}`}),
    ...(settings.headers !== 'async' && {location: `${at}?${query}&monitor=true`}),
    ...(settings.retryAfter !== null && {'retry-after': String(settings.retryAfter)}),
  }
}

/** A POST on a scale set concerns the instances that its body names; the peer takes no body for all of them. */
export function setAction(
  world: AzureWorld,
  set: LabSet,
  name: string,
  body: {instanceIds?: string[]},
  request: string,
): Answer {
  if (!['restart', 'reimage', 'redeploy'].includes(name)) return notFound(`${set.name}/${name}`)
  const ids = body.instanceIds ?? []
  const chosen = set.instances.filter((one) => ids.includes(one.id))
  if (chosen.length === 0 || chosen.length !== ids.length)
    return refusal(400, 'InvalidParameter', `The entity instanceIds ${ids.join(', ')} is not valid.`)
  const id = idOf(SET_KIND, set.group, set.name)
  if (world.busy.has(id)) return another(set.name)
  return begin(world, id, `${SET_KIND}/${name}/action`, request, () => {
    for (const one of chosen) {
      one.bootId = nextBootId(one.id)
      if (!one.silent) one.agentAt = Date.now()
      one.power = 'running'
      if (one.health && one.healthAfter) one.health = one.healthAfter
    }
  })
}
