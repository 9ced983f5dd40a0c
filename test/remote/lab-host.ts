import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {createServer, type Server} from 'node:net'
import {tmpdir, userInfo} from 'node:os'
import {join} from 'node:path'
import {expect} from 'vitest'
import {type LabSshd, type SshdOptions, startSshd} from '../../src/lib/lab/sshd.js'
import {RemoteError} from '../../src/lib/remote/fault.js'
import type {ExecOptions} from '../../src/lib/remote/ssh/exec.js'
import {openSsh, type SshDependencies, type SshHost} from '../../src/lib/remote/ssh/open.js'
import type {SshTarget} from '../../src/lib/remote/ssh/target.js'

/** Everything a test file starts, stopped in reverse. */
export class Lab {
  readonly dir: string
  readonly #ends: (() => unknown)[] = []

  private constructor(dir: string) {
    this.dir = dir
    this.#ends.push(() => rm(dir, {recursive: true, force: true}))
  }

  static async make(): Promise<Lab> {
    return new Lab(await mkdtemp(join(tmpdir(), 'redeye-ssh-')))
  }

  async sshd(name: string, options: Omit<SshdOptions, 'dir'> = {}): Promise<LabSshd> {
    const sshd = await startSshd({...options, dir: join(this.dir, name)})
    this.#ends.push(() => sshd.stop())
    return sshd
  }

  /** A host opened with nothing of the machine's own configuration. */
  open(target: SshTarget, more: Partial<SshDependencies> = {}): SshHost {
    const host = openSsh(target, {...around(this.dir), ...more})
    this.#ends.push(() => host.close())
    return host
  }

  /** A unix server that reads to the end, waits, and answers with what it read. */
  async echo(path: string, waitMs = 50): Promise<string> {
    const server = createServer({allowHalfOpen: true}, (socket) => {
      const read: Buffer[] = []
      socket.on('data', (chunk) => read.push(chunk))
      socket.on('end', () => setTimeout(() => socket.end(`heard ${Buffer.concat(read)}`), waitMs))
      socket.on('error', () => {})
    })
    await this.listen(server, path)
    return path
  }

  async listen(server: Server, at: string | number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      if (typeof at === 'string') server.listen(at, resolve)
      else server.listen(at, '127.0.0.1', resolve)
    })
    this.#ends.push(() => server.close())
  }

  onEnd(end: () => unknown): void {
    this.#ends.push(end)
  }

  async end(): Promise<void> {
    for (const end of this.#ends.reverse()) await end()
  }
}

/** A machine whose user has an empty home and no agent. */
export function around(home: string): SshDependencies {
  const {username, uid} = userInfo()
  return {home, user: username, uid, env: {PATH: process.env.PATH}}
}

/** The lab's sshd with its key, and a file of our choice for known_hosts. */
export function byAddress(sshd: LabSshd): SshTarget {
  return {host: sshd.host, port: sshd.port, user: sshd.user, identityFiles: [sshd.clientKeyFile]}
}

export function patience(timeoutMs = 20_000): ExecOptions {
  return {signal: new AbortController().signal, timeoutMs}
}

export async function faultOf(promise: Promise<unknown>): Promise<RemoteError> {
  const error = await promise.then(
    (value) => new Error(`no error, but ${JSON.stringify(value)}`),
    (thrown) => thrown,
  )
  if (error instanceof RemoteError) return error
  throw error
}

/** The process of sshd that serves this connection: the parent of what it runs. */
export async function servedBy(host: SshHost): Promise<number> {
  const pid = Number((await host.exec('echo $PPID', patience())).stdout)
  expect(pid).toBeGreaterThan(1)
  return pid
}

export async function isGone(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  // proc(5): the state follows the name, which is in parentheses. A zombie has let go of its sockets.
  return stat === undefined || stat.charAt(stat.lastIndexOf(')') + 2) === 'Z'
}

/** The children of one listening sshd, one for each connection (two where it signs in another user). */
export async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  const pids = text.split(' ').filter(Boolean).map(Number)
  const gone = await Promise.all(pids.map(isGone))
  return pids.filter((_, index) => !gone[index])
}
