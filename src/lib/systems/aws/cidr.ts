import {isIP} from 'node:net'

/** A range of addresses: those whose first `prefix` bits are those of `bits`. */
export interface Cidr {
  version: 4 | 6
  /** The first address, as a number. */
  bits: bigint
  prefix: number
}

/** `10.0.0.0/24`, `2001:db8::/32`, or one address. @returns undefined for anything else, also with bits set behind the prefix */
export function parseCidr(text: string): Cidr | undefined {
  const [address = '', prefixText, ...rest] = text.split('/')
  const version = isIP(address)
  if (rest.length > 0 || (version !== 4 && version !== 6) || address.includes('%')) return undefined
  const size = sizeOf(version)
  if (prefixText !== undefined && !/^\d{1,3}$/.test(prefixText)) return undefined
  const prefix = prefixText === undefined ? size : Number(prefixText)
  if (prefix > size) return undefined
  const bits = version === 4 ? bits4(address) : bits6(address)
  return first(bits, size, prefix) === bits ? {version, bits, prefix} : undefined
}

export function covers(outer: Cidr, inner: Cidr): boolean {
  if (outer.version !== inner.version || outer.prefix > inner.prefix) return false
  return first(inner.bits, sizeOf(inner.version), outer.prefix) === outer.bits
}

export function overlap(one: Cidr, other: Cidr): boolean {
  return covers(one, other) || covers(other, one)
}

function sizeOf(version: 4 | 6): number {
  return version === 4 ? 32 : 128
}

function first(bits: bigint, size: number, prefix: number): bigint {
  const free = BigInt(size - prefix)
  return (bits >> free) << free
}

function bits4(address: string): bigint {
  return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n)
}

function bits6(address: string): bigint {
  const plain = address.replace(/(\d+\.\d+\.\d+\.\d+)$/, (four) => {
    const bits = bits4(four)
    return `${(bits >> 16n).toString(16)}:${(bits & 0xffffn).toString(16)}`
  })
  const [head = '', tail] = plain.split('::')
  const words = (part: string) => (part === '' ? [] : part.split(':'))
  const [front, back] = [words(head), words(tail ?? '')]
  const zeros = tail === undefined ? [] : Array.from({length: 8 - front.length - back.length}, () => '0')
  return [...front, ...zeros, ...back].reduce((sum, word) => sum * 65_536n + BigInt(`0x${word}`), 0n)
}
