import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {Environment} from './environment.js'
import {UsageError} from './usage-error.js'

/** No ssh configuration has a pattern for it but one for all hosts. */
const NOBODY = 'redeye-no-such-host'
const ASK_MS = 5000

/**
 * A name that only DNS may know is a slip of the pen more often than a host: it must be in the inventory or the ssh configuration.
 * @param others names that would have done
 * @throws UsageError with the nearest ones
 */
export async function mustBeKnown(name: string, others: readonly string[], at: Environment): Promise<void> {
  if (!/^[^\s/@-][^\s/@]*$/.test(name)) throw new UsageError(`'${name}' is no name of a host`)
  if (await inSshConfiguration(name, at)) return
  const {suggestions} = await import('../inventory/suggest.js')
  const near = suggestions(name, [...others, ...(await hostsOfConfiguration(at))])
  throw new UsageError(
    `neither the inventory nor the ssh configuration knows the host ${name}${near.length > 0 ? `; did you mean ${near.join(' or ')}?` : ''}`,
    others.length > 0
      ? [`the inventory has ${others.slice(0, 20).join(', ')}${others.length > 20 ? ' ...' : ''}`]
      : [],
    ['redeye inventory check'],
  )
}

/** OpenSSH itself says: for a name that no `Host` speaks of, its settings are those of any other. */
async function inSshConfiguration(name: string, at: Environment): Promise<boolean> {
  const [asked, anybody] = await Promise.all([dumpOf(name, at), dumpOf(NOBODY, at)])
  return asked !== undefined && asked !== anybody
}

async function dumpOf(name: string, at: Environment): Promise<string | undefined> {
  const {run} = await import('../remote/process.js')
  try {
    const {code, stdout} = await run(['ssh', '-G', '--', name], {
      env: at.env,
      signal: AbortSignal.timeout(ASK_MS),
      timeoutMs: ASK_MS,
    })
    return code === 0 ? withoutName(stdout, name) : undefined
  } catch {
    return undefined
  }
}

/** Every name is its own HostName unless something says otherwise. */
function withoutName(dump: string, name: string): string {
  const own = [`host ${name}`, `hostname ${name}`].map((line) => line.toLowerCase())
  return dump
    .split('\n')
    .filter((line) => !own.includes(line.toLowerCase()))
    .join('\n')
}

/** For suggestions alone: files that it includes are not read. */
async function hostsOfConfiguration({home}: Environment): Promise<string[]> {
  const text = await readFile(join(home, '.ssh', 'config'), 'utf8').catch(() => '')
  return [...text.matchAll(/^\s*host\s+(.+)$/gim)].flatMap(([, names = '']) =>
    names.split(/\s+/).filter((one) => one !== '' && !/[*?!]/.test(one)),
  )
}
