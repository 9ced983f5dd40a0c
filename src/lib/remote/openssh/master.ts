import type {Readable} from 'node:stream'
import {setTimeout as sleep} from 'node:timers/promises'
import {RemoteError} from '../fault.js'
import {connectOptions, type OpensshWay} from './arguments.js'
import {notConnected} from './faults.js'

/** One signed-in connection of the OpenSSH program, which commands then share. */
export interface Master {
  /** Path of its control socket. */
  socket: string
  alive(): boolean
  /** Whether it has ended, or ends within `ms`. */
  endsWithin(ms: number): Promise<boolean>
  /** Ends it, by its own pid. */
  close(): void
}

const READY = 'redeye-ready'
type Child = Promise<{code?: string | undefined}> & {stdout: Readable; stderr: Readable}

/** Beyond ConnectTimeout: signing in has no limit of its own. */
const MARGIN_MS = 10_000

/**
 * @param env the whole environment of the program
 * @throws RemoteError `unreachable` or `refused`: nothing was sent
 */
export async function openMaster(
  way: OpensshWay,
  socket: string,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<Master> {
  const {execa} = await import('execa')
  const argv = [
    ...['-M', '-T', '-S', socket, '-o', 'ControlPersist=no'],
    // Said by ssh itself, once it is signed in.
    ...['-o', 'PermitLocalCommand=yes', '-o', `LocalCommand=echo ${READY}`],
    ...connectOptions(way),
    '--',
    way.address,
    // Ends with its stdin, and that ends with us, however we end.
    'read _',
  ]
  const child = execa('ssh', argv, {
    env,
    extendEnv: false,
    stdin: 'pipe',
    reject: false,
    buffer: false,
    forceKillAfterDelay: 1000,
  })
  let ended = false
  const over = child.then(() => {
    ended = true
  })
  const close = () => void child.kill()
  const onAbort = () => close()
  signal.addEventListener('abort', onAbort)
  try {
    await ready(child, way.connectTimeoutMs + MARGIN_MS, signal)
    return {
      socket,
      alive: () => !ended,
      async endsWithin(ms) {
        await Promise.race([over, sleep(ms, undefined, {ref: false})])
        return ended
      },
      close,
    }
  } catch (error) {
    close()
    throw error
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

function ready(child: Child, limitMs: number, signal: AbortSignal): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    let said = ''
    let complaint = ''
    const late = new RemoteError('unreachable', `not signed in within ${limitMs / 1000} s`, {
      class: 'timeout',
    })
    const timer = setTimeout(() => reject(late), limitMs)
    child.stdout.on('data', (data: Buffer) => {
      said += String(data)
      if (!said.includes(READY)) return
      clearTimeout(timer)
      resolve()
    })
    child.stderr.on('data', (data: Buffer) => {
      complaint = (complaint + String(data)).slice(-4000)
    })
    void child.then(({code}) => {
      clearTimeout(timer)
      reject(whyEnded(code, complaint, signal))
    })
  })
}

function whyEnded(code: string | undefined, complaint: string, signal: AbortSignal): RemoteError {
  if (code === 'ENOENT')
    return new RemoteError('unreachable', 'there is no ssh program here', {class: 'no-program'})
  if (signal.aborted)
    return new RemoteError('unreachable', 'called off before anything was sent', {class: 'called-off'})
  return notConnected(complaint)
}
