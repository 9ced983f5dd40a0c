/** Plain JSON of what vSphere says of its objects; the units are in the names. A reference is a MoRef's value: `host-37`. */

/** Who answers: a vCenter, or one ESXi host by itself (`HostAgent`). */
export type About = {
  apiType: 'VirtualCenter' | 'HostAgent'
  /** `about.instanceUuid`; empty on ESXi. MoRefs mean something only together with it. */
  uuid: string
  /** `VMware vCenter Server 8.0.3 build-...` */
  fullName: string
  /** `8.0.3.0` */
  apiVersion: string
}

export type Host = {
  ref: string
  name: string
  /** Inventory path: `/DC0/host/DC0_C0/DC0_C0_H0`. */
  path: string
  /** The `ClusterComputeResource` or `ComputeResource` it belongs to. */
  parent: string
  /** `hardware.systemInfo.uuid`, empty when unknown. */
  uuid: string
  connection: 'connected' | 'disconnected' | 'notResponding'
  power: 'poweredOn' | 'poweredOff' | 'standBy' | 'unknown'
  inMaintenance: boolean
  inQuarantine: boolean
  /** A running `HostSystem.enterMaintenanceMode` task, by anybody. */
  entering: RunningTask | null
  /** `runtime.dasHostState.state`; empty without HA. */
  ha: string
  overall: 'green' | 'yellow' | 'red' | 'gray'
  rebootRequired: boolean
  /** `false` when the host says so (`capability.rebootSupported`). */
  rebootSupported: boolean
  /** Milliseconds since the epoch; 0 when unknown. */
  bootedAtMs: number
  memoryBytes: number
  memoryUsedBytes: number
  cpuMhz: number
  cpuUsedMhz: number
  cpuThreads: number
  vmotionEnabled: boolean
  /** Mb/s of the fastest uplink of the switch that carries the vMotion vmknic; 0 when unknown. */
  vmotionSpeedMb: number
  /** Migrations that run from or to this host now, by anybody. */
  migrations: number
  evcMode: string
  maxEvcMode: string
  /** Address of the vCenter that manages a host we signed in to directly; empty otherwise. */
  managedBy: string
  /** `vmware vCenter Server 8.0.3 build-1`: product of the host. */
  product: string
  vsan: boolean
  lockdown: string
  datastores: string[]
  networks: string[]
  /** Names of triggered alarms that are red. */
  redAlarms: string[]
  /** Texts of `configIssue`. */
  configIssues: string[]
  /** `config.autoStart.powerInfo`: VM reference to its start order (direct ESXi). */
  startOrder: {[vm: string]: number}
}

export type Cluster = {
  ref: string
  name: string
  /** A plain `ComputeResource` (a host alone in a vCenter, or direct ESXi) has none of the cluster's features. */
  kind: 'cluster' | 'host'
  rootPool: string
  hosts: string[]
  drs: {enabled: boolean; behavior: 'fullyAutomated' | 'partiallyAutomated' | 'manual'}
  /** `drsVmConfig`: VMs that DRS treats in another way than the cluster. */
  drsOfVm: {[vm: string]: {enabled: boolean; behavior: 'fullyAutomated' | 'partiallyAutomated' | 'manual'}}
  ha: {
    enabled: boolean
    hostMonitoring: boolean
    admissionControl: boolean
    policy:
      | {kind: 'none'}
      | {kind: 'percent'; cpuPercent: number; memoryPercent: number}
      | {kind: 'level'; hosts: number}
      | {kind: 'hosts'; hosts: string[]}
    /** `summary.currentFailoverLevel`; -1 when unknown. */
    currentLevel: number
  }
  rules: Rule[]
  evcMode: string
  vsan: boolean
  /** `drsFault[]`: why DRS does not move what, in its own words. */
  drsFaults: {vm: string; text: string}[]
}

/** An enabled placement rule of the cluster. */
export type Rule =
  | {kind: 'apart' | 'together'; name: string; mandatory: boolean; vms: string[]}
  /** The VMs must (not), or should (not) when not mandatory, run on these hosts. */
  | {kind: 'on' | 'off'; name: string; mandatory: boolean; vms: string[]; hosts: string[]}

export type Vm = {
  ref: string
  name: string
  instanceUuid: string
  biosUuid: string
  /** `runtime.host`, never `host.vm`, which is stale after a move. */
  host: string
  power: 'poweredOn' | 'poweredOff' | 'suspended'
  connection: 'connected' | 'disconnected' | 'orphaned' | 'inaccessible' | 'invalid'
  template: boolean
  /** `managedBy.extensionKey`; `com.vmware.vim.eam` runs the cluster's agents (vCLS). */
  managedBy: string
  question: {id: string; text: string; choices: string[]} | null
  faultTolerance: string
  minEvcMode: string
  memoryBytes: number
  cpus: number
  memoryReservedBytes: number
  memoryLocked: boolean
  latencyHigh: boolean
  /** Passthrough devices pin all of the memory. */
  passthrough: boolean
  cpuReservedMhz: number
  memoryUsedBytes: number
  /** The larger of demand and usage. */
  cpuUsedMhz: number
  /** Pinned to physical processors. */
  cpuAffinity: boolean
  toolsRunning: boolean
  datastores: string[]
  networks: string[]
  /** Names of methods that something (a backup) has switched off. */
  disabledMethods: string[]
  task: RunningTask | null
  /** Guest's name and addresses, to find the vCenter itself. */
  guest: {hostName: string; addresses: string[]}
  pool: string
  /** Only of VMs on the host in question, else empty. */
  devices: Device[]
}

/** A device that may keep a VM where it is. */
export type Device = {
  key: number
  label: string
  kind:
    | 'cdrom'
    | 'floppy'
    | 'passthrough'
    | 'vgpu'
    | 'sriov'
    | 'usb'
    | 'serial'
    | 'parallel'
    | 'shared-bus'
    | 'other'
  connected: boolean
  /** `iso`, `host`, `remote`, `file`, `pipe`, `uri`, `none` */
  backing: 'iso' | 'host' | 'remote' | 'file' | 'pipe' | 'uri' | 'none'
  /** Reference of the datastore behind an ISO or floppy image; empty otherwise. */
  datastore: string
}

export type Datastore = {
  ref: string
  name: string
  type: string
  accessible: boolean
  maintenance: string
  multipleHosts: boolean
  capacityBytes: number
  freeBytes: number
  uncommittedBytes: number
  /** Hosts that have it mounted, accessible, read and write. */
  hosts: string[]
}

export type RunningTask = {
  key: string
  /** `VirtualMachine.relocateVm`, `HostSystem.enterMaintenanceMode` */
  what: string
  entity: string
  user: string
  /** Milliseconds since the epoch, by the server's clock; 0 while it is queued. */
  startedAtMs: number
  /** 0 to 100; -1 when the server does not say. */
  percent: number
}

export type TaskState = {
  key: string
  state: 'queued' | 'running' | 'success' | 'error'
  cancelled: boolean
  error: TaskError | null
}

export type TaskError = {
  /** xsi:type of the fault: `Timedout`, `NoPermission`. */
  fault: string
  /** The server's sentence, with the chain of causes. */
  text: string
}
