import type {ServerAt} from './server-at.js'

/** As good as no limit, should we be stopped before it is taken away again. */
const PLENTY = 1_000_000

/**
 * Ready, and in use. While requests queue, a backend that balances round robin hands everything new to the queue too, and a
 * server that leaves DRAIN is not told of it [seen with HAProxy 2.6: no request in 10 s]. Saying its limit again makes it take
 * the first of them, and each one that ends fetches the next. One without a limit gets one for a moment.
 */
export async function makeReady(at: ServerAt, signal: AbortSignal): Promise<void> {
  const instance = await at.instance()
  const limit = (sessions: number) => instance.setMaxconn(at.backend, at.server, sessions, signal)
  await instance.setState(at.backend, at.server, 'ready', signal)
  const {backend, server} = await instance.server(at.backend, at.server, signal)
  if (backend.queue === 0) return
  await limit(server.limit ?? PLENTY)
  if (server.limit === null) await limit(0)
}
