import type {Labels} from '../selection/match.js'
import type {Row} from './row.js'

/** One host of a fleet, as the inventory's list has it. */
export type FleetHost = {
  /** Unique. Names the host in plans, journals, locks and the store of pinned keys. */
  id: string
  /** Name or address. */
  address: string
  port: number
  /** The bastion it is reached through; empty: none. */
  via: string
  /** Every column of the list, these four included under their own names. */
  labels: Labels
}

/** Which columns of a list mean what. */
export type Columns = {id: string; address: string; port: string; via: string}

export const COLUMNS: Columns = {id: 'id', address: 'address', port: 'port', via: 'via'}

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/
/** Never a start that a program would take for an option. */
const ADDRESS = /^[A-Za-z0-9:][A-Za-z0-9.:_%-]{0,252}$/
const LABEL = /^[A-Za-z_][A-Za-z0-9_.-]{0,62}$/
const INVISIBLE = /[\p{Cc}\p{Cf}\u2028\u2029]/u
const LONGEST = 256
const SSH_PORT = 22

/** @returns the host, or what is wrong with its row */
export function hostOf({labels}: Row, columns: Columns, bastions: ReadonlySet<string>): FleetHost | string {
  const id = labels[columns.id] ?? ''
  if (!ID.test(id))
    return id === ''
      ? `no ${columns.id}`
      : `${columns.id} ${JSON.stringify(id)} is not a name: letters, digits, ".", "_" and "-"`
  const address = labels[columns.address] || id
  if (!ADDRESS.test(address))
    return `${columns.address} ${JSON.stringify(address)} is no host name or address`
  const portText = labels[columns.port] || String(SSH_PORT)
  const port = /^\d{1,5}$/.test(portText) ? Number(portText) : 0
  if (port < 1 || port > 65_535) return `${columns.port} ${JSON.stringify(portText)} is no port`
  const via = labels[columns.via] ?? ''
  if (via !== '' && !bastions.has(via))
    return `${columns.via} ${JSON.stringify(via)} is no bastion of this fleet`
  return wrongValue(labels) ?? {id, address, port, via, labels}
}

function wrongValue(labels: Labels): string | undefined {
  for (const label in labels) {
    const value = labels[label] ?? ''
    if (INVISIBLE.test(value))
      return `${label} has an invisible character or a line break: ${JSON.stringify(value)}`
    if (value.length > LONGEST) return `${label} is longer than ${LONGEST} characters`
  }
  return undefined
}

/** Labels appear in expressions, so their names are plain words. */
export function wrongLabel(labels: Iterable<string>): string | undefined {
  for (const label of labels)
    if (!LABEL.test(label))
      return `${JSON.stringify(label)} is no name for a column: letters, digits, "_", "." and "-"`
  return undefined
}
