/** How a simulated host goes wrong; what is absent is well. */
export type Behaviour = {
  /**
   * `refuse` resets the connection, `silent` says nothing, `garbage` is no SSH server, `drop-*` cuts off in that phase,
   * `hang-sign-in` never answers it, `no-session` opens no channel, `no-exec` runs nothing.
   */
  connect?:
    | 'refuse'
    | 'silent'
    | 'garbage'
    | 'drop-greeting'
    | 'drop-key-exchange'
    | 'drop-sign-in'
    | 'drop-session'
    | 'drop-exec'
    | 'hang-sign-in'
    | 'no-session'
    | 'no-exec'
    | 'wrong-key'
    | 'no-sign-in'
  /** Cut off around a restart. */
  restart?: 'drop-before' | 'drop-after'
  unit?: 'crash-loop' | 'fails' | 'no-unit' | 'no-sudo' | 'hangs'
  /** A file that is put at this path ends what is wrong with the unit. */
  cure?: string
  /** Milliseconds before a restart takes hold. */
  restartMs?: number
  /** Milliseconds before every command is answered. */
  commandMs?: number
  /** Around putting a file in place; `lies` says that it went well. */
  push?: 'no-space' | 'drop-before' | 'drop-after' | 'lies'
  /** Milliseconds that it takes. */
  pushMs?: number
  /** Instead of what a command would print: control characters and invalid UTF-8, or 10 MB. */
  output?: 'garbage' | 'flood'
  /** Goes away the next so many times it is connected to. */
  refuseTimes?: number
}

/** What a simulated host has seen since it was started or told to forget. */
export type SeenHost = {
  id: string
  address: string
  /** `ssh-ed25519 AAAA...`. */
  hostKey: string
  /** Restarts that took hold. */
  restarts: number
  /** Restarts that were asked for. */
  asked: number
  signIns: number
  active: string
  invocation: string
  /** The first 50 command lines. */
  commands: string[]
  /** By path. */
  files: {[path: string]: SeenFile}
  /** Files that were put in place. */
  pushes: number
}

export type SeenFile = {sha256: string; mode: string; owner: string}

/** Of all hosts together. */
export type FleetCounters = {
  connections: number
  open: number
  mostOpen: number
  signIns: number
  commands: number
}

export interface FleetControl {
  hosts(): Promise<SeenHost[]>
  /** @throws when there is no such host */
  host(id: string): Promise<SeenHost>
  counters(): Promise<FleetCounters>
  /** Replaces how these hosts behave; `[]`: all of them. */
  behave(ids: readonly string[], behaviour: Behaviour): Promise<void>
  /** Their unit crashes now; whether that goes on, `behave` says. */
  crash(ids: readonly string[]): Promise<void>
  /** A new boot id and a freshly started unit. */
  boot(ids: readonly string[]): Promise<void>
  /** Replaces all files of these hosts; `[]`: of all. */
  put(ids: readonly string[], files: {[path: string]: SeenFile}): Promise<void>
  /** Counts and remembered commands start anew. */
  forget(): Promise<void>
}

/** @param url of the control port, as the simulator printed it */
export function fleetControl(url: string): FleetControl {
  const ask = async <T>(path: string, body?: unknown): Promise<T> => {
    const post = body === undefined ? {} : {method: 'POST', body: JSON.stringify(body)}
    const answer = await fetch(`${url}${path}`, post)
    if (!answer.ok) throw new Error(`the fleet simulator refused ${path}: ${(await answer.text()).trim()}`)
    return (await answer.json()) as T
  }
  const hosts = () => ask<SeenHost[]>('/hosts')
  return {
    hosts,
    async host(id) {
      const found = (await hosts()).find((host) => host.id === id)
      if (found === undefined) throw new Error(`the fleet simulator has no host ${id}`)
      return found
    },
    counters: () => ask('/counters'),
    behave: (ids, behaviour) => ask('/behave', {ids, behaviour}),
    crash: (ids) => ask('/crash', {ids}),
    boot: (ids) => ask('/boot', {ids}),
    put: (ids, files) => ask('/file', {ids, files}),
    forget: () => ask('/forget', {}),
  }
}
