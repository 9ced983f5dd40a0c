import {createHash} from 'node:crypto'

export type Json = null | boolean | number | string | Json[] | {[key: string]: Json}

/** Text that is equal for equal values, whatever the order of their keys. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`
}

/** SHA-256 of the canonical text, in hex. */
export function digest(value: Json): string {
  return createHash('sha256').update(canonical(value)).digest('hex')
}
