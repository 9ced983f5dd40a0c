import type {
  VsphereCall,
  VsphereClusterInput,
  VsphereFaultRule,
  VsphereHostInput,
  VsphereLogin,
  VsphereMoves,
  VspherePace,
  VsphereProblem,
  VsphereState,
  VsphereVmInput,
} from './vsphere-control-types.js'

/** The way in for tests, beside the API. Everything is @throws with the peer's reason when it cannot be meant. */
export interface VsphereControl {
  /** VM to host, as if it had always been there. */
  place(vms: Record<string, string>): Promise<void>
  /** Sets what is given and leaves the rest; so do the next three. */
  vm(input: VsphereVmInput): Promise<void>
  host(input: VsphereHostInput): Promise<void>
  cluster(input: VsphereClusterInput): Promise<void>
  pace(input: Partial<VspherePace>): Promise<VspherePace>
  /** A datastore that only these hosts mount. */
  datastore(input: {name: string; hosts: string[]}): Promise<void>
  /** Any property by its path; the value is VI JSON of its type, `null` takes it away. */
  set(entity: string, path: string, value: unknown): Promise<void>
  fault(rule: VsphereFaultRule): Promise<void>
  /** What is found when this VM is to go to this host, beside what the peer finds itself. */
  pair(input: {
    vm: string
    host: string
    errors?: VsphereProblem[]
    warnings?: VsphereProblem[]
    /** The relocation itself finds nothing. */
    onlyChecks?: boolean
  }): Promise<void>
  /** No more faults and pairs. */
  clearFaults(): Promise<void>
  /** Of one user, or all: the next call is NotAuthenticated, and waits for updates end so. The number that ended. */
  endSessions(user?: string): Promise<number>
  addUser(input: {name: string; password: string; readonly?: boolean}): Promise<void>
  /** Takes privileges from a user, on one object or everywhere, in place of those taken there before. */
  deny(input: {user: string; privileges: string[]; entity?: string}): Promise<void>
  state(): Promise<VsphereState>
  calls(since?: number): Promise<VsphereCall[]>
  moves(): Promise<VsphereMoves>
  logins(): Promise<VsphereLogin[]>
  /** Empties calls, logins and ended moves. */
  forget(): Promise<void>
}

/** `url` as the peer prints it: `http://127.0.0.1:PORT`. */
export function openVsphereControl(url: string): VsphereControl {
  const ask = async <T>(path: string, input: unknown = {}): Promise<T> => {
    const answer = await fetch(`${url}/${path}`, {
      method: 'POST',
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(30_000),
    })
    const body = (await answer.json()) as T & {error?: string}
    if (!answer.ok) throw new Error(`${path} ${JSON.stringify(input)}: ${body.error}`)
    return body
  }
  return {
    place: async (vms) => ask('place', {vms}),
    vm: async (input) => ask('vm', input),
    host: async (input) => ask('host', input),
    cluster: async (input) => ask('cluster', input),
    pace: async (input) => ask('pace', input),
    datastore: async (input) => ask('datastore', input),
    set: async (entity, path, value) => ask('set', {entity, path, value}),
    fault: async (rule) => ask('fault', rule),
    pair: async (input) => ask('pair', input),
    clearFaults: async () => ask('faults/clear'),
    endSessions: async (user) => (await ask<{ended: number}>('sessions/end', user ? {user} : {})).ended,
    addUser: async (input) => ask('user', input),
    deny: async (input) => ask('deny', input),
    state: async () => ask('state'),
    calls: async (since = 0) => ask('calls', {since}),
    moves: async () => ask('moves'),
    logins: async () => ask('logins'),
    forget: async () => ask('forget'),
  }
}
