/** What the control port of the vSphere peer takes and tells (test/peers/vcsim). Objects go by name, path end or number (`host-21`). */

/** How long things take, in milliseconds, and how many go at once; see pace.go for each. */
export interface VspherePace {
  /** Every call takes so much longer. */
  callMs: number
  checkMs: number
  relocateMs: number
  enterMs: number
  exitMs: number
  drsPauseMs: number
  drsAtOnce: number
  agentMs: number
  shutdownMs: number
  toolsMs: number
  rebootMs: number
  /** Until `host.vm` follows a move; negative is never. */
  staleMs: number
  /** Relocations a host takes part in; more are queued. */
  movesAtOnce: number
  cancel: 'honest' | 'late' | 'flip'
  switchoverPercent: number
}

export interface VsphereVmInput {
  vm: string
  name?: string
  memoryMB?: number
  usedMB?: number
  reservedMB?: number
  cpuMhz?: number
  cpus?: number
  power?: 'on' | 'off' | 'suspended'
  template?: boolean
  connection?: 'connected' | 'disconnected' | 'orphaned' | 'inaccessible' | 'invalid'
  tools?: 'guestToolsRunning' | 'guestToolsNotRunning'
  /** A cluster agent (vCLS): leaves an entering host by itself. */
  agent?: boolean
  /** DRS finds no place for it. */
  pinned?: boolean
  relocateMs?: number
  ignoresShutdown?: boolean
  shutdownMs?: number
  /** As vCenter spells them: `RelocateVM_Task`. */
  disabledMethods?: string[]
  datastores?: string[]
  /** An empty text takes it away. */
  question?: {text: string; choices?: string[]}
  /** Added to those it has. */
  devices?: VsphereDeviceInput[]
}

export interface VsphereDeviceInput {
  kind: 'iso' | 'host-cdrom' | 'client-cdrom' | 'floppy' | 'passthrough' | 'vgpu' | 'sriov'
  /** iso: `[datastore] path`. */
  file?: string
  connected?: boolean
  /** vgpu that may move. */
  migrates?: boolean
}

export interface VsphereHostInput {
  host: string
  name?: string
  connection?: 'connected' | 'disconnected' | 'notResponding'
  inMaintenance?: boolean
  quarantine?: boolean
  memoryMB?: number
  /** In use beside the VMs. */
  extraMemoryMB?: number
  vmotion?: boolean
  /** Every uplink; 0 is down. */
  linkMb?: number
  evc?: string
  status?: 'green' | 'yellow' | 'red' | 'gray'
  /** `connectedToMaster`, `master` ...; empty takes it away. */
  dasState?: string
  rebootRequired?: boolean
  alarms?: {name: string; status: 'yellow' | 'red'}[]
  configIssues?: string[]
  vsan?: boolean
  managementServerIp?: string
  networks?: string[]
  /** Relocations at once, in place of the pace's. */
  limitMoves?: number
  /** How often leaving maintenance mode still fails. */
  failExit?: number
  rebootMs?: number
  neverBack?: boolean
  /** Positive when its clock is ahead. */
  clockWrongMs?: number
}

export interface VsphereClusterInput {
  cluster: string
  name?: string
  drs?: 'off' | 'manual' | 'partiallyAutomated' | 'fullyAutomated'
  ha?: boolean
  admissionControl?: boolean
  failoverLevel?: number
  failoverPercent?: number
  currentFailoverLevel?: number
  evc?: string
  /** HA admission control lets no host go. */
  refuseEvacuation?: boolean
  /** All of them. */
  rules?: VsphereRule[]
  /** All of them. */
  drsOverrides?: {
    vm: string
    disabled?: boolean
    behavior?: 'manual' | 'partiallyAutomated' | 'fullyAutomated'
  }[]
}

export interface VsphereRule {
  name: string
  kind: 'apart' | 'together' | 'on-hosts' | 'off-hosts'
  vms: string[]
  hosts?: string[]
  mandatory?: boolean
  disabled?: boolean
}

/** A fault by its type and properties, as VI JSON spells them; `VendorPrivateFault` is one that no client knows. */
export type VsphereFault = {type: string} & Record<string, unknown>

export interface VsphereFaultRule {
  method: string
  entity?: string
  user?: string
  /** Calls let through first. */
  skip?: number
  /** 0 is for ever. */
  times?: number
  delayMs?: number
  /** `call` (unless said): the call is answered with it. `task`: its task fails, after the delay. */
  in?: 'call' | 'task'
  message?: string
  /** None is a delay alone. */
  fault?: VsphereFault
}

export interface VsphereProblem {
  fault?: VsphereFault
  message: string
}

export interface VsphereState {
  hosts: {
    moref: string
    name: string
    cluster: string
    connection: string
    inMaintenance: boolean
    entering: boolean
    memoryMB: number
    usedMB: number
  }[]
  vms: {
    moref: string
    name: string
    host: string
    power: 'poweredOn' | 'poweredOff' | 'suspended'
    template: boolean
    /** Completed ones, whoever asked. */
    relocations: number
  }[]
}

export interface VsphereCall {
  n: number
  /** Milliseconds since 1970, here and below. */
  at: number
  method: string
  entity: string
  name: string
  user: string
  write: boolean
  /** What a write asked for. */
  args?: Record<string, unknown>
}

export interface VsphereMoves {
  moves: {
    vm: string
    from: string
    to: string
    by: string
    task: string
    queuedAt: number
    startedAt?: number
    endedAt?: number
    outcome: 'running' | 'moved' | 'cancelled' | 'failed'
  }[]
  /** The most that were under way together, queued ones counted in. */
  atOnce: number
  bySource: Record<string, number>
  byTarget: Record<string, number>
}

export interface VsphereLogin {
  user: string
  ok: boolean
  at: number
}
