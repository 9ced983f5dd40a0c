/** What one instance showed at one moment. All of it is plain JSON: it goes into plans and journals. */
export type Snapshot = Process & {backends: {[name: string]: BackendView}}

/** One backend and one server, read in one go. */
export type ServerReading = Process & {backend: BackendFacts; server: ServerView}

export type Process = {
  version: string
  pid: number
  uptimeSec: number
  /** Worker processes that share the configuration, each with its own state; 1 since HAProxy 2.5. */
  nbproc: number
  /** An old process on its way out after a reload. */
  stopping: boolean
  /** What this socket may do: only `admin` may change servers. */
  level: 'admin' | 'operator' | 'user'
}

export type BackendView = BackendFacts & {servers: {[name: string]: ServerView}}

export type BackendFacts = {
  name: string
  /** `http` or `tcp`. */
  mode: string
  /** Balance algorithm: `roundrobin`, `source` ...; empty below operator level. */
  algorithm: string
  /** Name of the persistence cookie; empty without one, and below operator level. */
  cookie: string
  /** A stick-table is declared in this backend. */
  stickTable: boolean
  status: string
  /** Requests waiting for a server slot, all servers included. */
  queue: number
  sessions: number
  total: number
  /** Total effective weight in use. */
  weight: number
}

export type Admin = 'ready' | 'drain' | 'maint'

export type ServerView = {
  backend: string
  name: string
  /** IP address, or `-` while DNS has not given one. */
  address: string
  port: number
  /** Name it is resolved from; empty when the configuration has an address. */
  fqdn: string
  admin: Admin
  /** `srv_admin_state`, the mask `admin` was read from. */
  adminMask: number
  /** Drain or maintenance comes from the tracked server and cannot be cleared here. */
  inherited: boolean
  /** In maintenance because DNS does not resolve its name; `ready` does nothing then. */
  unresolved: boolean
  /** 0 stopped, 1 starting (slowstart), 2 running, 3 stopping (404). */
  opState: number
  /** As `show stat` says it: `UP`, `UP 1/2`, `DOWN (agent)`, `DRAIN`, `MAINT (via app/s1)`, `no check` ... */
  status: string
  /** Weight set by people or the agent, 0 to 256; slowstart is not in it. */
  userWeight: number
  /** Weight in the configuration. */
  initialWeight: number
  /** Weight in effect now; grows during slowstart. */
  weight: number
  /** Slowstart progress in percent; null when not throttled. */
  throttle: number | null
  sessions: number
  queue: number
  /** `maxconn` of the server; null when unlimited. */
  limit: number | null
  /** Sessions since start. Still growing means that new traffic arrives. */
  total: number
  connectErrors: number
  responseErrors: number
  retries: number
  redispatches: number
  /** Idle connections kept for reuse; they carry no request. */
  idleConnections: number
  backup: boolean
  secondsSinceChange: number
  /** Server it takes its state from: `app/s1`; empty when it has its own. */
  tracks: string
  /** Value of the persistence cookie that leads here; empty without one. */
  cookie: string
  check: HealthCheck
  agent: AgentCheck
}

export type HealthCheck = {
  configured: boolean
  enabled: boolean
  /** Stopped by maintenance. */
  paused: boolean
  /** `L7OK`, `L4CON`, `L7STS` ...; empty before the first one and without checks. */
  status: string
  /** `rise + fall - 1` is full health; below `rise` it is down. */
  health: number
  rise: number
  fall: number
  /** Failed checks since start. */
  failures: number
  /** What the last failing check said. */
  last: string
}

export type AgentCheck = {configured: boolean; enabled: boolean; status: string}
