/** Errors as the engine reads them; the words are those of `RemoteError`. */
export function answered(message: string, kind?: string): Error {
  return Object.assign(new Error(message), {fault: 'answered', ...(kind !== undefined && {class: kind})})
}

/** Something was sent, and nobody knows what became of it. */
export function lost(message: string): Error {
  return Object.assign(new Error(message), {fault: 'lost'})
}

export function faultOf(error: unknown): string {
  const {fault} = (typeof error === 'object' && error !== null ? error : {}) as {fault?: unknown}
  return typeof fault === 'string' ? fault : ''
}

/** The kind of fault that the server named: `managed-object-not-found`. */
export function classOf(error: unknown): string {
  const {class: kind} = (typeof error === 'object' && error !== null ? error : {}) as {class?: unknown}
  return typeof kind === 'string' ? kind : ''
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** `ManagedObjectNotFound` as the classes of `RemoteError` are written. */
export function kebab(fault: string): string {
  return fault.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase()
}
