import type {ServerView, Snapshot} from './snapshot.js'

const PASSED = new Set(['L4OK', 'L6OK', 'L7OK', 'L7OKC', 'PROCOK'])

/**
 * Whether its own checks prove the server fully healthy: the last one passed, and so did enough before it that one
 * failure would not take it down. A server that has just left maintenance shows `UP 1/2` without any check.
 * A tracking server has no checks: ask about the one `checkedBy` names.
 */
export function healthy(server: ServerView): boolean {
  const {configured, enabled, paused, status, health, rise, fall} = server.check
  return (
    configured &&
    enabled &&
    !paused &&
    PASSED.has(status) &&
    health >= rise + fall - 1 &&
    (server.opState === 1 || server.opState === 2)
  )
}

/** The server whose checks decide for this one: itself, or the end of the chain it tracks. */
export function checkedBy(snapshot: Snapshot, server: ServerView): ServerView {
  const seen = new Set<ServerView>()
  let current = server
  while (current.tracks !== '' && !seen.has(current)) {
    seen.add(current)
    const [backend = '', name = ''] = current.tracks.split('/')
    const next = snapshot.backends[backend]?.servers[name]
    if (!next) return current
    current = next
  }
  return current
}
