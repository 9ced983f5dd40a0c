import {RemoteError} from '../../remote/fault.js'
import {clean} from '../../text/clean.js'
import type {TaskError} from './model.js'
import {chosen, entity, list, type Shape, struct, text} from './shape.js'

/** What the fault that a `fault` element holds says; `is` is its type. */
export interface FaultBody {
  is: string
  faultCause: LocalFault | undefined
  faultMessage: {message: string | undefined}[]
  /** NoPermission, NotAuthenticated. */
  object: {type: string; ref: string} | undefined
  privilegeId: string | undefined
  /** ManagedObjectNotFound. */
  obj: {type: string; ref: string} | undefined
}

export interface LocalFault {
  fault: FaultBody | undefined
  localizedMessage: string | undefined
}

const faultBody: Shape<FaultBody> = struct({
  faultCause: chosen<LocalFault>(() => localFault),
  faultMessage: list(struct({message: text})),
  object: entity,
  privilegeId: text,
  obj: entity,
})

/** `LocalizedMethodFault`, as tasks, missing properties and checks carry it. */
export const localFault: Shape<LocalFault> = struct({fault: faultBody, localizedMessage: text})

/** `Fault` of SOAP. Its detail has one child, `InvalidLoginFault` and the like, whose type is the class of the fault. */
export const soapFault = struct({
  faultstring: text,
  detail: {kind: 'array', item: faultBody} as Shape<FaultBody[]>,
})

/** The server's sentence with its causes. */
export function taskError({fault, localizedMessage}: LocalFault): TaskError {
  const texts = [localizedMessage, ...(fault?.faultMessage.map(({message}) => message) ?? [])]
  const said = distinct(texts.map((one) => clean(one ?? '')))
  const cause = fault?.faultCause && taskError(fault.faultCause)
  const name = fault?.is || 'MethodFault'
  const own = said.join('; ') || words(name)
  return {fault: name, text: cause && !own.includes(cause.text) ? `${own}: ${cause.text}` : own}
}

/** A call that the server answered with a fault. `where` and `method` say which. */
export function refusal(
  where: string,
  method: string,
  said: string,
  fault: FaultBody | undefined,
): RemoteError {
  const error = taskError({fault, localizedMessage: said || undefined})
  const on = fault?.privilegeId
    ? `: ${clean(fault.privilegeId)}${fault.object ? ` on ${clean(fault.object.ref)}` : ''}`
    : ''
  const hint = HINTS[error.fault]
  return new RemoteError('answered', `${where}: ${method}: ${error.text} (${error.fault}${on})`, {
    class: kebab(error.fault),
    ...(hint !== undefined && {hint}),
  })
}

const HINTS: Readonly<Record<string, string>> = {
  NoPermission: 'Give the role of this account that privilege on that object, or sign in as another one.',
  RestrictedVersion: 'The licence of this host allows no changes through the API: use its own client.',
  ManagedObjectNotFound: 'It was removed meanwhile, or this account cannot see it.',
}

/** `InvalidPowerState` → `invalid-power-state` */
export function kebab(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()
}

/** `InvalidPowerState` → `invalid power state` */
function words(name: string): string {
  return kebab(clean(name)).replaceAll('-', ' ')
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts.filter((one) => one !== ''))]
}
