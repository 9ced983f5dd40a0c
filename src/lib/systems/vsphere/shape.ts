import type {Ref, Tree} from './tree.js'

/** What an element is to become. What no shape asks for is skipped while it arrives. */
export interface Shape<T = unknown> {
  readonly kind: 'scalar' | 'ref' | 'entity' | 'struct' | 'list' | 'array' | 'tree' | 'chosen'
  readonly scalar?: (text: string) => unknown
  readonly fields?: Fields
  /** Names of the fields that are lists: they are there even when nothing came. */
  readonly lists?: readonly string[]
  readonly item?: Shape
  readonly choose?: Choose
  /** Never set: carries the type. */
  readonly becomes?: T
}

/** @param xsi the element's own type; @param own what its parent has so far; @param outer the same of the parent's parent */
type Choose = (
  xsi: string,
  own: Readonly<Record<string, unknown>>,
  outer: Readonly<Record<string, unknown>>,
) => Shape | undefined

export interface ListShape<T = unknown> extends Shape<T[]> {
  readonly kind: 'list'
}

export type Fields = Readonly<Record<string, Shape>>
export type Becomes<S> = S extends Shape<infer T> ? T : never
/** `is` is the xsi type. Only lists are always there. */
export type Struct<F extends Fields> = {is: string} & {
  [K in keyof F]: F[K] extends ListShape ? Becomes<F[K]> : Becomes<F[K]> | undefined
}

export const text: Shape<string> = {kind: 'scalar', scalar: (found) => found}
/** Integers and floating-point numbers. */
export const number: Shape<number> = {kind: 'scalar', scalar: toNumber}
export const bool: Shape<boolean> = {kind: 'scalar', scalar: toBool}
/** Milliseconds since the epoch. */
export const time: Shape<number> = {kind: 'scalar', scalar: toTime}
/** The value of a MoRef. */
export const ref: Shape<string> = {kind: 'ref'}
export const entity: Shape<Ref> = {kind: 'entity'}
/** As it came, to be sent back. */
export const tree: Shape<Tree> = {kind: 'tree'}

/** A value that is not one of these, such as a newer server's, counts as absent. */
export function oneOf<const T extends string>(...known: T[]): Shape<T> {
  return {kind: 'scalar', scalar: (found) => known.find((one) => one === found.trim())}
}

export function struct<F extends Fields>(fields: F): Shape<Struct<F>> {
  const lists = Object.keys(fields).filter((name) => fields[name]?.kind === 'list')
  return {kind: 'struct', fields, lists}
}

/** A repeated element of a struct. */
export function list<T>(item: Shape<T>): ListShape<T> {
  return {kind: 'list', item}
}

/** `ArrayOfX{X:[…]}`: how a property that is an array arrives. */
export function array<T>(item: Shape<T>): Shape<T[]> {
  return {kind: 'array', item}
}

/** Decided when the element begins. */
export function chosen<T>(choose: Choose): Shape<T> {
  return {kind: 'chosen', choose}
}

function toNumber(found: string): number {
  const value = Number(found)
  if (Number.isNaN(value)) throw new Error(`${JSON.stringify(found.slice(0, 40))} is not a number`)
  return value
}

function toBool(found: string): boolean {
  const value = found.trim()
  if (value === 'true' || value === '1') return true
  if (value === 'false' || value === '0') return false
  throw new Error(`${JSON.stringify(found.slice(0, 40))} is neither true nor false`)
}

function toTime(found: string): number {
  const value = Date.parse(found)
  if (Number.isNaN(value)) throw new Error(`${JSON.stringify(found.slice(0, 40))} is not a time`)
  return value
}
