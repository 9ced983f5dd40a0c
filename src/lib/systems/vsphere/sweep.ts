import {RemoteError} from '../../remote/fault.js'
import type {Found, Kind} from './kind.js'
import {type Start, startElement} from './select.js'
import type {Session} from './session.js'
import {chosen, entity, list, type Shape, type Struct, struct, text} from './shape.js'
import {type LocalFault, localFault, refusal} from './soap-fault.js'
import {element, type Ref} from './tree.js'

export interface Sweep {
  /** All objects of a kind that were found. */
  all<K extends Kind>(kind: K): Found<K>[]
}

/** Reads of one sweep, for tests of what is never seen with small inventories. */
export interface SweepLimits {
  /** Objects on one page; without it as the server likes. */
  pageSize?: number
}

/**
 * Reads properties of many objects: one call for each page. Objects that are gone meanwhile are left out.
 * @throws RemoteError when a page fails, or when anything could not be read for lack of a right or of a session: a part
 * must not pass for the whole
 */
export async function sweep(
  session: Session,
  kinds: readonly Kind[],
  starts: readonly Start[],
  signal: AbortSignal,
  {pageSize}: SweepLimits = {},
): Promise<Sweep> {
  const {propertyCollector: self} = await session.content(signal)
  if (!self) throw new Error('the property collector is known since the greeting')
  const found = new Map<string, Contents[]>()
  const shape = pageShape(kinds)
  const page = async (method: string, args: ReturnType<typeof element>[]) => {
    const check = (value: Page | undefined) => checkMissing(session.where, method, value)
    const value = await session.call<Page>({self, method, args, returns: shape}, signal, check)
    for (const one of value?.objects ?? []) keep(found, one)
    return value?.token
  }

  let token = await page('RetrievePropertiesEx', request(kinds, starts, pageSize))
  try {
    while (token !== undefined) token = await page('ContinueRetrievePropertiesEx', [element('token', token)])
  } catch (error) {
    await letGo(session, self, token, signal)
    throw error
  }
  return {
    all<K extends Kind>({type}: K) {
      return (found.get(type) ?? []) as Found<K>[]
    },
  }
}

/** The one object that was asked for. @throws RemoteError `managed-object-not-found` */
export function theOne<K extends Kind>(found: Sweep, kind: K, ref: string, where: string): Found<K> {
  const one = found.all(kind).find((each) => each.ref === ref)
  if (one) return one
  throw notThere(where, kind, ref)
}

export function notThere(where: string, {type}: Kind, ref: string): RemoteError {
  return new RemoteError('answered', `${where}: there is no ${type} ${ref}`, {
    class: 'managed-object-not-found',
    hint: 'It was removed meanwhile, or this account cannot see it.',
  })
}

type Contents = {ref: string; type: string; [property: string]: unknown}

const objectFields = {
  obj: entity,
  missingSet: list(struct({path: text, fault: localFault})),
}
type Missing = {path: string | undefined; fault: LocalFault | undefined}
type ObjectContent = {obj: Ref | undefined; propSet: {name?: string; val?: unknown}[]; missingSet: Missing[]}
type Page = {token: string | undefined; objects: ObjectContent[]}

/** What is in `val` is known by the type of the object and the name before it. */
function pageShape(kinds: readonly Kind[]): Shape<Page> {
  const known = new Map(kinds.map(({type, properties}) => [type, properties]))
  const val = chosen((_xsi, {name}, {obj}) => {
    const properties = known.get((obj as Ref | undefined)?.type ?? '')
    return typeof name === 'string' && properties && Object.hasOwn(properties, name)
      ? properties[name]
      : undefined
  })
  const objects = list(struct({...objectFields, propSet: list(struct({name: text, val}))}))
  return struct({token: text, objects}) as Shape<Struct<{token: typeof text}> & Page>
}

function request(kinds: readonly Kind[], starts: readonly Start[], pageSize: number | undefined) {
  const wanted = kinds.map(({type, properties}) =>
    element('propSet', [
      element('type', type),
      ...Object.keys(properties).map((path) => element('pathSet', path)),
    ]),
  )
  const spec = [...wanted, ...starts.map(startElement), element('reportMissingObjectsInResults', true)]
  const options = pageSize === undefined ? [] : [element('maxObjects', pageSize)]
  return [element('specSet', spec), element('options', options)]
}

function keep(found: Map<string, Contents[]>, {obj, propSet, missingSet}: ObjectContent): void {
  // Reported as missing, and not left out: both happen.
  if (!obj || missingSet.some(({fault}) => fault?.fault?.is === 'ManagedObjectNotFound')) return
  const contents: Contents = {ref: obj.ref, type: obj.type}
  for (const {name, val} of propSet) if (name !== undefined && val !== undefined) contents[name] = val
  const same = found.get(obj.type)
  if (same) same.push(contents)
  else found.set(obj.type, [contents])
}

/** Servers answer 200 and "nothing" to a session that has expired, or lacks a right [seen]. */
function checkMissing(where: string, method: string, value: Page | undefined): void {
  for (const {missingSet} of value?.objects ?? [])
    for (const {path = '', fault} of missingSet) {
      const is = fault?.fault?.is
      if (is === 'NotAuthenticated' || is === 'NoPermission')
        throw refusal(where, `${method} of ${path}`, fault?.localizedMessage ?? '', fault?.fault)
    }
}

/** The server would keep the rest of the answer. */
async function letGo(
  session: Session,
  self: Ref,
  token: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (token === undefined) return
  const limited = signal.aborted
    ? AbortSignal.timeout(LET_GO_MS)
    : AbortSignal.any([signal, AbortSignal.timeout(LET_GO_MS)])
  const call = {self, method: 'CancelRetrievePropertiesEx', args: [element('token', token)], returns: text}
  await session.call(call, limited).catch(() => {})
}

const LET_GO_MS = 2000
