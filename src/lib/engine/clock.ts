/** Time, injected: milliseconds since the epoch and an abortable wait. */
export interface Clock {
  now(): number
  /** Resolves after `ms`, or as soon as the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}
