import {printable} from '../../text/clean.js'
import type {Dial} from '../dial.js'
import {RemoteError} from '../fault.js'
import {connect} from './connect.js'
import {checkPath, dialUnix} from './dial-unix.js'
import {type ExecOptions, type ExecResult, exec} from './exec.js'
import {limit} from './limit.js'
import {resolve, type Surroundings} from './resolve.js'
import {reuse} from './reuse.js'
import {checkTarget, type SshTarget} from './target.js'

export interface SshHost {
  /** What the target was called. Printable. */
  name: string
  /**
   * Streams to a unix socket on the host. The signal bounds the opening alone; the stream is the caller's to destroy.
   * Reading one that the connection breaks off ends with RemoteError `lost`.
   */
  dialUnix(path: string): Dial
  exec(command: string, options: ExecOptions): Promise<ExecResult>
  close(): void
}

export interface SshDependencies extends Surroundings {
  /** The local user's id: key files of other owners are then not held to be private. */
  uid?: number
  /** For connecting and signing in, jump hosts included; else ConnectTimeout, else 10 s. */
  connectTimeoutMs?: number
}

const CONNECT_TIMEOUT_MS = 10_000

/**
 * One host over SSH. Connects when first used and keeps that connection; one that ended between two requests is replaced,
 * a request that was cut off is never sent again.
 */
export function openSsh(target: SshTarget, dependencies: SshDependencies): SshHost {
  checkTarget(target)
  const name = printable(target.host)
  const connection = reuse(
    async (signal) => {
      const resolved = await resolve(target, dependencies, signal)
      const ms = dependencies.connectTimeoutMs ?? resolved.connectTimeoutMs ?? CONNECT_TIMEOUT_MS
      return connect(resolved, dependencies.uid, limit(ms, signal))
    },
    () => new RemoteError('unreachable', `connecting to ${name} was stopped`, {class: 'called-off'}),
  )
  return {
    name,
    dialUnix(path) {
      checkPath(path)
      return async (signal) => dialUnix(await connection.get(signal), path, signal)
    },
    async exec(command, options) {
      return exec(await connection.get(options.signal), command, options)
    },
    close: () => connection.close(),
  }
}
