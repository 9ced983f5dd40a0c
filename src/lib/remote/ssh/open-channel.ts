import type {ClientChannel} from 'ssh2'

type Opened = (error: (Error & {reason?: unknown}) | undefined, channel: ClientChannel) => void

/**
 * Opens one channel. Rejects with the error of ssh2, or with the signal's reason as soon as it aborts; a channel that opens
 * after that is closed again.
 */
export async function openChannel(
  signal: AbortSignal,
  open: (opened: Opened) => void,
): Promise<ClientChannel> {
  signal.throwIfAborted()
  let stop = () => {}
  try {
    return await new Promise((resolve, reject) => {
      stop = () => reject(signal.reason)
      signal.addEventListener('abort', stop, {once: true})
      open((error, channel) => {
        if (error) reject(error)
        else if (signal.aborted) channel.destroy()
        else resolve(channel)
      })
    })
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** The host said no to a channel (RFC 4254, 5.1), as opposed to nothing at all. */
export function wasRefused(error: unknown): error is Error & {reason: unknown} {
  return error instanceof Error && 'reason' in error
}
