import {request} from 'node:https'
import {type Answer, refusal} from './azure-answer.js'
import type {AzureEstate, LabInstance, LabSet, LabVm} from './azure-estate.js'
import type {Fault} from './azure-faults.js'
import type {AzurePeer, Seen} from './azure-peer.js'
import {type AzureSettings, resetWorld} from './azure-world.js'

/** What a pretended subscription is told, and asked. Every method is also `POST /_lab {"method": ..., "args": [...]}`. */
export interface AzureControl {
  /** Everything as in the beginning, and nothing seen. */
  reset(): Promise<void>
  set(settings: Partial<AzureSettings>): Promise<void>
  estate(change: Partial<AzureEstate>): Promise<void>
  vm(name: string, change: Partial<LabVm>): Promise<void>
  addVm(vm: LabVm): Promise<void>
  scaleSet(name: string, change: Partial<LabSet>): Promise<void>
  instance(set: string, id: string, change: Partial<LabInstance>): Promise<void>
  fault(fault: Fault): Promise<void>
  /** An operation of somebody else is under way on this VM, until everything is finished. */
  occupy(vm: string): Promise<void>
  /** Everything that is under way ends now. */
  finish(): Promise<void>
  expireTokens(): Promise<void>
  refuseSignIn(refuse: boolean): Promise<void>
  state(): Promise<AzureEstate & {commands: string[]}>
  seen(): Promise<Seen[]>
  /** Requests that the peer does not know, and faults that never happened. */
  complaints(): Promise<string[]>
}

type Methods = {[Name in keyof AzureControl]: (...args: Parameters<AzureControl[Name]>) => unknown}

export function controlOf(peer: AzurePeer): Methods {
  const {world} = peer
  const named = <T extends {name: string}>(all: T[], name: string): T => {
    const found = all.find((one) => one.name === name)
    if (!found) throw new Error(`the lab has no ${name}`)
    return found
  }
  return {
    reset() {
      resetWorld(world)
      peer.faults.clear()
      peer.tokens.refuse(false)
      peer.seen.length = 0
      peer.unexpected.length = 0
    },
    set: (settings) => Object.assign(world.settings, settings),
    estate: (change) => Object.assign(world.estate, change),
    vm: (name, change) => Object.assign(named(world.estate.vms, name), change),
    addVm: (vm) => world.estate.vms.push(vm),
    scaleSet: (name, change) => Object.assign(named(world.estate.sets, name), change),
    instance(set, id, change) {
      const one = named(world.estate.sets, set).instances.find((instance) => instance.id === id)
      if (!one) throw new Error(`${set} has no instance ${id}`)
      Object.assign(one, change)
    },
    fault: (fault) => peer.faults.add(fault),
    finish: () => world.operations.finish(),
    occupy(name) {
      const vm = named(world.estate.vms, name)
      const id = `/subscriptions/${world.estate.subscription}/resourceGroups/${vm.group}/providers/Microsoft.Compute/virtualMachines/${vm.name}`
      const one = world.operations.begin(
        {never: true},
        () => undefined,
        () => void world.busy.delete(id),
      )
      world.busy.set(id, one)
    },
    expireTokens: () => peer.tokens.expire(),
    refuseSignIn: (refuse) => peer.tokens.refuse(refuse),
    state: () => ({
      ...world.estate,
      commands: [...world.commands].flatMap(([vm, all]) =>
        [...all.keys()].map((name) => `${vm.split('/').at(-1)}/${name}`),
      ),
    }),
    seen: () => peer.seen,
    complaints: () => [...peer.unexpected, ...peer.faults.unused().map((one) => `never happened: ${one}`)],
  }
}

/** Carries out one control request. */
export async function obey(peer: AzurePeer, body: string): Promise<Answer> {
  const {method, args = []} = JSON.parse(body) as {method: keyof AzureControl; args?: unknown[]}
  const methods = controlOf(peer) as unknown as {[name: string]: (...args: unknown[]) => unknown}
  const told = methods[method]
  if (!told) return refusal(400, 'LabUnexpected', `no such method: ${method}`)
  const changes = !['state', 'seen', 'complaints'].includes(method)
  const result = await told(...args)
  return {status: 200, body: changes ? {} : result}
}

/** @param ca of the peer's certificate */
export function openAzureControl(url: string, ca: string): AzureControl {
  const tell = (method: string, args: unknown[]) =>
    new Promise<unknown>((resolve, reject) => {
      const sent = request(`${url}/_lab`, {method: 'POST', ca, agent: false}, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk) => {
          text += chunk
        })
        response.once('end', () =>
          response.statusCode === 200 ? resolve(JSON.parse(text)) : reject(new Error(text)),
        )
      })
      sent.once('error', reject).end(JSON.stringify({method, args}))
    })
  return new Proxy({} as AzureControl, {
    get: (_, name) => (name === 'then' ? undefined : (...args: unknown[]) => tell(String(name), args)),
  })
}
