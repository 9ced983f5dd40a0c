import {addressText, connect, type Link, type RedisAddress, type RedisSignIn} from './connect.js'
import {connectionFailed, lost, refusal} from './errors.js'
import {within} from './within.js'

const ANSWER_MS = 3000

export interface RedisConnection {
  where: string
  /**
   * @throws RemoteError `unreachable` or `refused` when it was not sent, `answered` when the server said no, `lost`
   * when nobody knows
   */
  ask(args: string[], signal: AbortSignal): Promise<unknown>
  /** Lets go of the connection; what waits on it fails. The next command connects anew. */
  close(): void
}

/**
 * Connects when first used, keeps that one connection, and never repeats a command that was cut off.
 * @param id refuses any other node when given
 */
export function openConnection(at: RedisAddress, signIn: RedisSignIn, id?: string): RedisConnection {
  const where = addressText(at)
  let open: {link: Promise<Link>; cut: AbortController} | undefined

  function use() {
    if (open) return open
    const cut = new AbortController()
    const mine = {cut, link: connect(at, signIn, id, cut)}
    mine.link.catch((error: unknown) => cut.abort(error))
    cut.signal.addEventListener('abort', () => {
      if (open === mine) open = undefined
    })
    open = mine
    return mine
  }

  return {
    where,
    async ask(args, signal) {
      const {link: connecting, cut} = use()
      const link = await within(connecting, undefined, signal).catch((error: unknown) => {
        throw signal.aborted ? connectionFailed(where, error) : error
      })
      try {
        return await within(link.send(args), ANSWER_MS, signal)
      } catch (error) {
        if (link.isReply(error)) throw refusal(where, args, error.message)
        // A node that hangs would hold up whatever is asked next; after a command that was called off it may be of use.
        if (!signal.aborted) cut.abort(error)
        throw lost(where, args, cut.signal.aborted ? cut.signal.reason : error)
      }
    },
    close: () => open?.cut.abort(),
  }
}
