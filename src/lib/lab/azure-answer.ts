/** An answer of the peer, before it is written to the wire. */
export type Answer = {status: number; headers?: {[name: string]: string}; body?: unknown}

/** The error body of Azure Resource Manager. */
export function refusal(status: number, code: string, message: string): Answer {
  return {status, body: {error: {code, message}}}
}

export function notFound(id: string): Answer {
  return refusal(404, 'ResourceNotFound', `The Resource '${id}' under the subscription was not found.`)
}
