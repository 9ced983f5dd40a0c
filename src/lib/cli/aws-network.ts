import {randomBytes} from 'node:crypto'
import {parseCidr} from '../systems/aws/cidr.js'
import {UsageError} from './usage-error.js'

const PROTOCOLS = ['tcp', 'udp', 'icmp', 'icmpv6'] as const

export interface Ingress {
  protocol: (typeof PROTOCOLS)[number] | '-1'
  from: number
  to: number
}

/** `tcp:443`, `udp:1000-2000`, `icmp`, `all`. @throws UsageError */
export function ingressOf(text: string): Ingress {
  const [name = '', ports, ...rest] = text.split(':')
  const wrong = () => new UsageError(`--ingress ${text}: write tcp:443, udp:1000-2000, icmp, icmpv6 or all`)
  if (name === 'all' && ports === undefined) return {protocol: '-1', from: -1, to: -1}
  const protocol = PROTOCOLS.find((one) => one === name)
  if (!protocol || rest.length > 0) throw wrong()
  if (protocol.startsWith('icmp')) {
    if (ports !== undefined) throw wrong()
    return {protocol, from: -1, to: -1}
  }
  const [, first = '', last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(ports ?? '') ?? []
  const [from, to] = [Number(first), Number(last)]
  if (first === '' || from > to || to > 65_535) throw wrong()
  return {protocol, from, to}
}

/** A CIDR block or one address; with `others` also `sg-...` and `pl-...`. @throws UsageError */
export function sourceOf(text: string, others: boolean): string {
  if (others && /^(sg|pl)-[0-9a-f]+$/.test(text)) return text
  const cidr = parseCidr(text)
  if (cidr) return text.includes('/') ? text.toLowerCase() : `${text.toLowerCase()}/${cidr.prefix}`
  throw new UsageError(
    `--from ${text}: write an address, or a CIDR block whose bits behind the prefix are 0${others ? ', or sg-..., pl-...' : ''}`,
  )
}

const SHORTEST_MS = 60_000

/** @throws UsageError for less than a minute */
export function lastingMs(ms: number | undefined): number | null {
  if (ms !== undefined && ms < SHORTEST_MS) throw new UsageError('--for: at least 1m')
  return ms ?? null
}

/** Of what one run makes. */
export function newMark(): string {
  return randomBytes(4).toString('hex')
}
