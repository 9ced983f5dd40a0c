import {parseLines} from '../receivers/unit-state.js'
import {oddAnswer} from './asking.js'
import {checkCommand} from './check-scripts.js'
import type {LinuxHost} from './host.js'
import {valuesOf} from './unit.js'

export type HostHealth = {
  /** `Linux x86_64`. */
  system: string
  release: string
  init: string
  user: string
  sudo: boolean
  /** Tools that runbooks need and that are not there. */
  lacks: string[]
  /** By its own clock, seconds since the epoch; null where it could not be read. */
  clockSec: number | null
  state: string
  failed: string[]
  freeKib: {[dir: string]: number}
  /** File systems that should be writable and are not. */
  readOnly: string[]
}

/** One round trip. @throws RemoteError */
export async function readHealth(host: LinuxHost, signal: AbortSignal): Promise<HostHealth> {
  const result = await host.run(checkCommand(), {signal, timeoutMs: 20_000})
  const fields = parseLines(result.stdout)
  const system = fields.get('System') ?? ''
  if (system === '') throw oddAnswer(host.name, result)
  const clock = fields.get('Clock') ?? ''
  return {
    system,
    release: fields.get('Release') ?? '',
    init: fields.get('Init') ?? '',
    user: fields.get('User') ?? '',
    sudo: fields.get('Sudo') === 'yes',
    lacks: valuesOf(result.stdout, 'Lacks'),
    clockSec: /^\d{9,11}(\.\d+)?$/.test(clock) ? Number(clock) : null,
    state: fields.get('State') ?? '',
    failed: valuesOf(result.stdout, 'Failed'),
    freeKib: Object.fromEntries(
      valuesOf(result.stdout, 'FreeKib').flatMap((line) => {
        const [dir = '', kib = ''] = line.split(' ')
        return /^\d+$/.test(kib) ? [[dir, Number(kib)]] : []
      }),
    ),
    readOnly: valuesOf(result.stdout, 'ReadOnly').filter((where) => !where.startsWith('/run/host/')),
  }
}
