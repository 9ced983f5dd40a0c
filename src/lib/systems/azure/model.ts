/** Where a VM or a scale set is, within the subscription of its target. */
export type Place = {group: string; name: string}

export type Agent = {
  ready: boolean
  /** `Ready`, `Not Ready`, or why there is none. */
  says: string
  /** When it last reported, ms since the epoch; null when it did not. */
  atMs: number | null
}

/** A virtual machine as Azure sees it, from one read. */
export type Vm = Place & {
  id: string
  location: string
  zone: string | null
  size: string
  os: 'Linux' | 'Windows'
  tags: {[key: string]: string}
  /** `Succeeded`, `Updating`, `Failed`... */
  provisioning: string
  /** Why it failed, where Azure says: `AllocationFailed`. */
  provisioningCode: string
  /** `running`, `deallocated`...; `unknown` where Azure does not say. */
  power: string
  generalized: boolean
  agent: Agent
  spot: 'Deallocate' | 'Delete' | null
  ephemeralOs: boolean
  /** Storage types of data disks that bind it to hosts: ultra and premium v2. */
  boundDisks: string[]
  availabilitySet: string | null
  scaleSet: string | null
  proximityGroup: string | null
  /** The platform offers a maintenance that the customer may begin. */
  maintenance: boolean
  /** As its application health probe says; null where nothing probes it. */
  appHealth: string | null
  nics: string[]
}

export type Health = {state: string; reason: string; summary: string}
export type Lock = {name: string; level: string; scope: string}
export type Address = {id: string; ip: string | null; allocation: string; sku: string}

export type Network = {
  privateIps: string[]
  addresses: Address[]
  /** Ids of load balancer pools that it is a member of. */
  pools: string[]
}

/** Who stands in for this VM: the members of its availability set, or of one backend pool, without itself. */
export type Peers = {of: string; running: string[]; others: number}

export type ScaleSet = Place & {
  id: string
  mode: 'Uniform' | 'Flexible'
  repairs: boolean
  upgrade: string
  overprovision: boolean
  /** `runningStatus.code` of its latest rolling upgrade; null where there was none. */
  rolling: string | null
}

export type Instance = {
  id: string
  name: string
  power: string
  provisioning: string
  /** As its health probe or extension says; null where nothing probes it. */
  health: string | null
  protected: boolean
  agent: Agent
}

export type Account = {
  subscription: string
  name: string
  tenant: string
  /** `Enabled` unless something is wrong. */
  state: string
  /** Whom the token is for. */
  principal: string
  endpoint: string
}

export type Permissions = {actions: string[]; notActions: string[]}[]

/** A managed Run Command, as the resource that it is. */
export type Command = {
  name: string
  /** `Pending`, `Running`, `Succeeded`, `Failed`, `TimedOut`, `Canceled`, `Unknown`. */
  state: string
  exitCode: number | null
  output: string
  error: string
  tags: {[key: string]: string}
}

/** Where an accepted change is followed. */
export type Operation = {
  /** Absent: it was done at once. */
  url?: string
  /** A `status` resource says how it stands; a `location` answers 202 until it has ended. */
  by?: 'status' | 'location'
  /** Where its result is. */
  result?: string
  /** When it was accepted, by the clock of the service, ms since the epoch. */
  atMs?: number
}

export type OperationStatus = {
  status: 'running' | 'succeeded' | 'failed' | 'canceled'
  /** Azure's own words when it failed: `AllocationFailed`. */
  code: string
  message: string
  /** By the clock of the service, ms since the epoch. */
  endedAtMs?: number
}

/** What the Activity Log knows of one request. */
export type Logged = {status: string; code: string}

export type VmVerb = 'restart' | 'redeploy' | 'reapply' | 'deallocate' | 'start'
export type SetVerb = 'restart' | 'reimage' | 'redeploy'

/** A change that is sent once. */
export type Change =
  | {kind: 'vm'; at: Place; verb: VmVerb}
  | {kind: 'set'; at: Place; verb: SetVerb; instances: string[]}
  | {kind: 'action-command'; at: Place; script: string[]}
  | {
      kind: 'put-command'
      at: Place
      name: string
      location: string
      script: string
      timeoutS: number
      digest: string
    }
  | {kind: 'delete-command'; at: Place; name: string}
