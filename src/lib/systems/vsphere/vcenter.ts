import type {About, Cluster, Datastore, Host, RunningTask, TaskError, TaskState, Vm} from './model.js'

export interface VsphereSystems {
  /** @throws when the inventory has no such target. */
  vsphere(target: string): Promise<Vcenter>
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after `ms` or when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/**
 * One vCenter or ESXi host: one session, made when it is first needed, made anew once when it has expired.
 * Everything throws RemoteError: `unreachable` (nothing sent), `refused` (certificate, InvalidLogin: one attempt only),
 * `lost` (cut off after sending), `answered` (a fault: `class` is its xsi:type in kebab case).
 */
export interface Vcenter extends VcenterReader, VcenterWriter {
  /** Logs out and lets go of the connections. */
  close(): Promise<void>
}

export interface VcenterReader {
  /** Needs no sign-in. */
  about(signal: AbortSignal): Promise<About>
  session(signal: AbortSignal): Promise<{user: string; key: string}>
  /** The server's clock, milliseconds since the epoch. */
  clock(signal: AbortSignal): Promise<number>
  /** Name, inventory path, address or MoRef value; all that match, without usage figures. */
  findHosts(name: string, signal: AbortSignal): Promise<FoundHost[]>
  /** The host's cluster with all its hosts, VMs and datastores; devices only of VMs on `host`. Pages are followed; a failed page fails the whole read. */
  surroundings(host: string, signal: AbortSignal): Promise<Surroundings>
  /** Everything, or one cluster by name, for `status` and the lists; no devices. */
  estate(cluster: string | null, signal: AbortSignal): Promise<Estate>
  /** Where VMs are and whether they run: the cheap sweep that verification uses. All VMs under a pool (`rootPool`). */
  whereabouts(rootPool: string, signal: AbortSignal): Promise<Whereabouts[]>
  vmState(vm: string, signal: AbortSignal): Promise<VmState>
  hostState(host: string, signal: AbortSignal): Promise<HostState>
  /** @returns undefined when the server has forgotten the task (ManagedObjectNotFound). */
  task(key: string, signal: AbortSignal): Promise<TaskState | undefined>
  /**
   * Waits until the task has ended or `forMs` are over, by WaitForUpdatesEx.
   * @returns the last state seen, undefined when the server has forgotten the task
   */
  follow(key: string, forMs: number, signal: AbortSignal): Promise<TaskState | undefined>
  /** Which of these privileges the session lacks. */
  lacking(
    wanted: {entity: EntityRef; privileges: string[]}[],
    signal: AbortSignal,
  ): Promise<{entity: EntityRef; privilege: string}[]>
  /** Pairs that cannot work, with the server's text: `QueryVMotionCompatibilityEx_Task`. @returns undefined when the server has no such method */
  compatibility(vms: string[], hosts: string[], signal: AbortSignal): Promise<Incompatible[] | undefined>
  /** `CheckRelocate_Task` for one pair. */
  checkRelocate(
    vm: string,
    host: string,
    signal: AbortSignal,
  ): Promise<{errors: TaskError[]; warnings: TaskError[]}>
  /** Sensors, uplinks, NTP and the like of one host. */
  health(host: string, signal: AbortSignal): Promise<HostHealth>
}

export interface VcenterWriter {
  /** @returns the task's key. `pool` only when the target is outside the VM's cluster. */
  relocate(
    vm: string,
    to: {host: string; pool?: string},
    priority: 'default' | 'high',
    signal: AbortSignal,
  ): Promise<string>
  /** @param timeoutSec 0 is none; @returns the task's key */
  enterMaintenance(
    host: string,
    how: {timeoutSec: number; evacuatePoweredOff: boolean; vsan?: VsanMode},
    signal: AbortSignal,
  ): Promise<string>
  exitMaintenance(host: string, timeoutSec: number, signal: AbortSignal): Promise<string>
  reboot(host: string, signal: AbortSignal): Promise<string>
  /** Asks the guest; there is no task. */
  shutdownGuest(vm: string, signal: AbortSignal): Promise<void>
  powerOff(vm: string, signal: AbortSignal): Promise<string>
  suspend(vm: string, signal: AbortSignal): Promise<string>
  powerOn(vm: string, signal: AbortSignal): Promise<string>
  /** Connects or disconnects removable media; the device is read afresh and sent back whole. */
  setConnected(vm: string, deviceKey: number, connected: boolean, signal: AbortSignal): Promise<string>
  cancelTask(key: string, signal: AbortSignal): Promise<void>
}

export type FoundHost = Pick<Host, 'ref' | 'name' | 'path' | 'parent'>
export type EntityRef = {type: string; ref: string; name: string}
export type VsanMode = 'ensureObjectAccessibility' | 'evacuateAllData' | 'noAction'
export type Incompatible = {vm: string; host: string; texts: string[]}

export type Surroundings = {host: Host; cluster: Cluster; hosts: Host[]; vms: Vm[]; datastores: Datastore[]}
export type Estate = {clusters: Cluster[]; hosts: Host[]; vms: Vm[]; datastores: Datastore[]}
export type Whereabouts = Pick<
  Vm,
  'ref' | 'name' | 'instanceUuid' | 'host' | 'power' | 'connection' | 'template' | 'managedBy' | 'question'
>
/** One VM now, with its unfinished and recent tasks. */
export type VmState = Pick<
  Vm,
  'ref' | 'name' | 'instanceUuid' | 'host' | 'power' | 'connection' | 'question' | 'toolsRunning'
> & {
  /** Unfinished tasks of this VM, newest first. */
  tasks: RunningTask[]
  /** Devices with their `connected`, as in `Vm`. */
  heartbeat: 'green' | 'yellow' | 'red' | 'gray'
  devices: {key: number; connected: boolean}[]
}
export type HostState = Pick<
  Host,
  | 'ref'
  | 'name'
  | 'connection'
  | 'power'
  | 'inMaintenance'
  | 'entering'
  | 'rebootRequired'
  | 'bootedAtMs'
  | 'ha'
>

export type HostHealth = {
  sensors: {name: string; state: 'green' | 'yellow' | 'red' | 'unknown'; reading: string}[]
  /** Names of uplinks without a link. */
  linksDown: string[]
  ntpRunning: boolean | null
  /** Host's clock minus vCenter's; null when it could not be read. */
  skewMs: number | null
  uptimeSec: number
}
