import {z} from 'zod'

/** What HAProxy lets a name be; anything else could start a second command on its socket. */
const NAME = /^[A-Za-z0-9_.:-]+$/
const SERVER = /^[A-Za-z0-9_.:-]+\/[A-Za-z0-9_.:-]+$/

export const name = z.string().regex(NAME, 'only letters, digits and _ . : - are accepted')
export const serverName = z
  .string()
  .regex(SERVER, 'write BACKEND/SERVER: only letters, digits and _ . : - are accepted')
const ms = z.number().int().nonnegative()

/** Which instances of a group, and which servers on them. */
export const scope = {
  group: z.string().min(1),
  /** Only these instances; empty: all. */
  instances: z.array(z.string()),
  /** Without these instances. */
  skip: z.array(z.string()),
}

/** One server by name, or every server entry of one machine by address. */
export const target = {
  ...scope,
  server: serverName.nullable(),
  /** `IP` or `IP:PORT`. */
  address: z
    .string()
    .regex(/^[0-9A-Fa-f.:[\]]+$/, 'write IP or IP:PORT')
    .nullable(),
}

export const capacity = {
  /** Percent of the configured active weight that must stay usable. */
  minCapacity: z.number().min(0).max(100),
}

export const waiting = {
  /** How long a server may take to become idle. */
  timeoutMs: ms,
  pollMs: ms,
  /** Calm samples in a row that count as idle. */
  settle: z.number().int().min(1),
}

const scopeObject = z.object(scope)
const targetObject = z.object(target)
export type Scope = z.infer<typeof scopeObject>
export type Target = z.infer<typeof targetObject>

/** What a person calls the target: `app/s2`, or the address. */
export function subjectOf(input: Target): string {
  return input.server ?? input.address ?? ''
}

export function splitServer(server: string): {backend: string; server: string} {
  const [backend = '', name = ''] = server.split('/')
  return {backend, server: name}
}

/** The servers a command was given: by name, or by address where it takes one. */
export type Servers = Scope & {server: string | null; address?: string | null}

export function asTarget(asked: Servers): Target {
  const {group, instances, skip, server, address = null} = asked
  return {group, instances, skip, server, address}
}
