import type {ServerView} from './snapshot.js'

/** Whether new traffic may go to this server now. A server of weight 0 still shows `UP`, and gets none. */
export function usable(server: ServerView): boolean {
  return (
    server.admin === 'ready' &&
    (server.opState === 1 || server.opState === 2) &&
    server.userWeight > 0 &&
    (server.status.startsWith('UP') || server.status === 'no check')
  )
}
