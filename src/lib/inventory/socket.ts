import {z} from 'zod'

export type Socket = {kind: 'unix'; path: string} | {kind: 'tcp'; host: string; port: number}

const WANTED = 'expected unix:/PATH or tcp:HOST:PORT'

/** A stats socket as text: `unix:/run/haproxy/admin.sock`, `tcp:10.0.0.1:9999`, `tcp:[2001:db8::1]:9999`. */
export const socket = z
  .string()
  .transform((text, context): Socket => {
    const parsed = parseSocket(text)
    if (typeof parsed !== 'string') return parsed
    context.addIssue(parsed)
    return z.NEVER
  })
  .meta({
    description: 'unix:/PATH or tcp:HOST:PORT',
    examples: ['unix:/run/haproxy/admin.sock', 'tcp:10.0.0.1:9999'],
  })

export function socketText(at: Socket): string {
  if (at.kind === 'unix') return `unix:${at.path}`
  return `tcp:${at.host.includes(':') ? `[${at.host}]` : at.host}:${at.port}`
}

/** The socket, or what is wrong with it. */
function parseSocket(text: string): Socket | string {
  if (text.startsWith('unix:')) {
    const path = text.slice('unix:'.length)
    return path.startsWith('/') ? {kind: 'unix', path} : `${WANTED}; the path must begin with "/"`
  }
  const match = /^tcp:(?:\[(?<v6>[0-9a-fA-F:.]+)\]|(?<host>[^\s:[\]]+)):(?<port>\d{1,5})$/.exec(text)
  const {v6, host, port} = match?.groups ?? {}
  const to = v6 ?? host
  if (to === undefined) return WANTED
  const number = Number(port)
  return number > 0 && number < 65536
    ? {kind: 'tcp', host: to, port: number}
    : `${WANTED}; port ${port} is not between 1 and 65535`
}
