/**
 * A failed exchange with another machine. `fault` says what is known about what was sent, in the words the engine
 * decides by: `unreachable` and `refused` mean that nothing was; `lost` means that nobody knows; `answered` means
 * that the peer said no.
 */
export class RemoteError extends Error {
  override name = 'RemoteError'
  readonly fault: 'unreachable' | 'refused' | 'lost' | 'answered'
  readonly class?: string
  /** What to do about it, one sentence. */
  readonly hint?: string

  constructor(
    fault: RemoteError['fault'],
    message: string,
    more: {class?: string; hint?: string; cause?: unknown} = {},
  ) {
    super(message, more.cause === undefined ? undefined : {cause: more.cause})
    this.fault = fault
    if (more.class !== undefined) this.class = more.class
    if (more.hint !== undefined) this.hint = more.hint
  }
}
