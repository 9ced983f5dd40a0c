import {readFile} from 'node:fs/promises'
import {printable} from '../../text/clean.js'
import {RemoteError} from '../fault.js'
import {hostKeyPolicy} from './host-key.js'
import {identities} from './identities.js'
import {type KnownHosts, mergeKnownHosts, parseKnownHosts} from './known-hosts.js'
import type {Limit} from './limit.js'
import {establish, type Session} from './session.js'
import type {ResolvedTarget} from './target.js'
import {connectTcp, connectThrough} from './transport.js'

/**
 * Connects and signs in, through the jump hosts where there are some; each one's host key is checked.
 * @throws RemoteError `unreachable` or `refused`.
 */
export async function connect(
  target: ResolvedTarget,
  uid: number | undefined,
  limit: Limit,
): Promise<Session> {
  const policy = hostKeyPolicy(target, await readKnownHosts(target.knownHostsFiles))
  const keys = await identities(target, uid, limit.signal)
  const jump = target.jump === undefined ? undefined : await connect(target.jump, uid, limit)
  try {
    const transport =
      jump === undefined ? await connectTcp(target, limit) : await connectThrough(jump, target, limit)
    const session = await establish(transport, target, policy, keys, limit)
    session.client.once('close', () => jump?.close())
    return session
  } catch (error) {
    jump?.close()
    throw error
  }
}

/** A file that is not there knows no host; one that cannot be read must not pass for that. */
async function readKnownHosts(paths: readonly string[]): Promise<KnownHosts> {
  const texts = await Promise.all(
    paths.map((path) =>
      readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return ''
        throw unreadable(path, error)
      }),
    ),
  )
  return mergeKnownHosts(texts.map((text, index) => parseKnownHosts(paths[index] ?? '', text)))
}

function unreadable(path: string, error: NodeJS.ErrnoException): RemoteError {
  return new RemoteError(
    'refused',
    `${printable(path)} cannot be read (${error.code}): no host key can be checked`,
    {
      class: 'host-key',
      hint: `Make it readable, or pin the host key in the inventory.`,
      cause: error,
    },
  )
}
