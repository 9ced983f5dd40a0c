import {createHash, randomBytes} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import {basename, resolve} from 'node:path'
import {CREDENTIAL_VARIABLES} from './azure-env.js'
import {patienceInput} from './azure-flags.js'
import {type AccountFlags, subscriptionOf} from './azure-place.js'
import type {Environment} from './environment.js'
import {UsageError} from './usage-error.js'

interface RunFlags extends AccountFlags {
  script: string
  tag?: string | undefined
  as: 'managed' | 'action'
  timeout: number
  'busy-wait': number
  'busy-every': number
  'log-wait': number
  concurrency: number
  'max-errors': number
}

/** Beyond what the script may take: the extension itself has to be delivered and started. */
const DELIVERY_MS = 10 * 60_000

export async function runInput(vms: string[], target: string, flags: RunFlags, at: Environment) {
  const account = await subscriptionOf(target, flags, at)
  if ((vms.length === 0) === (flags.tag === undefined))
    throw new UsageError('name the VMs, or choose them by --tag KEY=VALUE')
  const file = resolve(at.cwd, flags.script)
  const script = await readFile(file, 'utf8').catch((error: Error) => {
    throw new UsageError(`--script: ${error.message}`)
  })
  return {
    ...account,
    ...patienceInput({...flags, timeout: flags.timeout + DELIVERY_MS}),
    vms,
    tag: flags.tag === undefined ? null : tagOf(flags.tag),
    script,
    digest: createHash('sha256').update(script).digest('hex'),
    file: basename(file),
    as: flags.as,
    timeoutS: Math.ceil(flags.timeout / 1000),
    concurrency: flags.concurrency,
    maxErrors: flags['max-errors'],
    nonce: randomBytes(5).toString('hex'),
    leaks: CREDENTIAL_VARIABLES.filter(
      (name) => (at.env[name] ?? '').length > 3 && script.includes(at.env[name] ?? ''),
    ),
  }
}

function tagOf(text: string): {key: string; value: string} {
  const at = text.indexOf('=')
  if (at < 1) throw new UsageError(`--tag ${text}: write KEY=VALUE`)
  return {key: text.slice(0, at), value: text.slice(at + 1)}
}
