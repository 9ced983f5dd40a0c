import {setTimeout as wait} from 'node:timers/promises'
import {healthy} from '../../../systems/haproxy/healthy.js'
import type {ServerView} from '../../../systems/haproxy/snapshot.js'
import {makeReady} from './make-ready.js'
import type {ServerAt} from './server-at.js'

const HEALTH_MS = 60_000
const POLL_MS = 250
/** With `fall 1` it counts as healthy before a check has run: time for the default interval of 2 s. */
const FALL_ONE_MS = 3000

/**
 * Ready, the safe way. Leaving MAINT marks a server UP before any check has run (54 of 2409 requests failed when that
 * was tried), so it goes by DRAIN, and becomes ready once its checks have said yes or no.
 */
export async function backInRotation(at: ServerAt, signal: AbortSignal): Promise<void> {
  const instance = await at.instance()
  const {server} = await instance.server(at.backend, at.server, signal)
  if (server.admin === 'maint') await instance.setState(at.backend, at.server, 'drain', signal)
  await verdict(at, signal)
  await makeReady(at, signal)
}

/** A server known to be down gets no traffic when it is ready, and one known to be up may have it. */
async function verdict(at: ServerAt, signal: AbortSignal): Promise<void> {
  const instance = await at.instance()
  for (let waited = 0; waited < HEALTH_MS; waited += POLL_MS) {
    const {server} = await instance.server(at.backend, at.server, signal)
    if (decided(server, waited)) return
    await wait(POLL_MS, undefined, {signal})
  }
  throw Object.assign(
    new Error(`${at.full} on ${at.on}: its checks gave no verdict in ${HEALTH_MS / 1000} s`),
    {
      fault: 'answered',
    },
  )
}

function decided(server: ServerView, waitedMs: number): boolean {
  const unchecked = !server.check.configured || server.tracks !== ''
  if (unchecked || server.status.startsWith('DOWN')) return true
  return healthy(server) && (server.check.fall > 1 || waitedMs >= FALL_ONE_MS)
}
