import type {
  Account,
  Change,
  Command,
  Health,
  Instance,
  Lock,
  Logged,
  Network,
  Operation,
  OperationStatus,
  Peers,
  Permissions,
  Place,
  ScaleSet,
  Vm,
} from './model.js'

/** One subscription. Every read is fresh; every method throws ArmError. */
export interface Azure {
  subscription: string
  account(signal: AbortSignal): Promise<Account>
  /** Requests that are left in this hour, as the last answers said, by header. */
  allowance(): {[header: string]: string}
  /** Where things of this name are. */
  find(kind: 'vm' | 'set', name: string, signal: AbortSignal): Promise<Place[]>
  /** Where the VMs with this tag are. */
  tagged(key: string, value: string, signal: AbortSignal): Promise<Place[]>
  vm(at: Place, signal: AbortSignal): Promise<Vm>
  /** The same, but not more often than operations are asked: for waits. */
  watch(at: Place, signal: AbortSignal): Promise<Vm>
  /** All of the subscription, with their power states. */
  vms(signal: AbortSignal): Promise<Vm[]>
  /** Null when the size is not known. */
  hasTemporaryDisk(at: Place, size: string, signal: AbortSignal): Promise<boolean | null>
  health(at: Place, signal: AbortSignal): Promise<Health>
  network(vm: Vm, signal: AbortSignal): Promise<Network>
  peers(vm: Vm, pools: readonly string[], signal: AbortSignal): Promise<Peers[]>
  /** Of the scope and of everything above it. */
  locks(scope: string, signal: AbortSignal): Promise<Lock[]>
  /** What whoever is signed in may do there. */
  permissions(scope: string, signal: AbortSignal): Promise<Permissions>
  /** `Registered` where compute can be used. */
  provider(signal: AbortSignal): Promise<string>
  scaleSet(at: Place, signal: AbortSignal): Promise<ScaleSet>
  /** Where the VMs of a flexible set are. */
  members(at: Place, signal: AbortSignal): Promise<Place[]>
  /** Of a uniform set. */
  instances(at: Place, signal: AbortSignal): Promise<Instance[]>
  /** The same, but not more often than operations are asked: for waits. */
  watchInstances(at: Place, signal: AbortSignal): Promise<Instance[]>
  commands(at: Place, signal: AbortSignal): Promise<Command[]>
  /** Undefined when there is none of this name. Not more often than operations are asked. */
  command(at: Place, name: string, signal: AbortSignal): Promise<Command | undefined>
  /** Sends a change once, under this request id, and returns when it was accepted. It is never repeated by itself. */
  send(change: Change, requestId: string, signal: AbortSignal): Promise<Operation>
  /** How an operation stands. Waits as long as the service said, or `poll` where it said nothing, since the last time. */
  ask(operation: Operation, signal: AbortSignal): Promise<OperationStatus>
  /** What an operation has left as its result. */
  result(operation: Operation, signal: AbortSignal): Promise<unknown>
  /** What the Activity Log has of one request since then (ms since the epoch): undefined when nothing, which may change. */
  logged(scope: string, requestId: string, sinceMs: number, signal: AbortSignal): Promise<Logged | undefined>
}

/** What runbooks need of the world around them. */
export interface AzureSystems {
  /** @param subscription must be that of the target */
  azure(target: string, subscription: string): Promise<Azure>
  now(): number
  newId(): string
}
