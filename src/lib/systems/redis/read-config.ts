import {createHmac, randomBytes} from 'node:crypto'
import {RemoteError} from '../../remote/fault.js'
import type {RedisConnection} from './connection.js'
import type {NodeConfig} from './node.js'

const NAMES = [
  'cluster-node-timeout',
  'cluster-require-full-coverage',
  'cluster-replica-validity-factor',
  'cluster-replica-no-failover',
  'min-replicas-to-write',
  'repl-backlog-size',
  'requirepass',
  'masterauth',
  'masteruser',
]

/** `null` where CONFIG is renamed or denied, and before Redis 7, which takes one name only. @throws RemoteError */
export async function readConfig(
  connection: RedisConnection,
  signal: AbortSignal,
): Promise<NodeConfig | null> {
  try {
    return configOf(pairs(await connection.ask(['CONFIG', 'GET', ...NAMES], signal)))
  } catch (error) {
    if (error instanceof RemoteError && error.fault === 'answered') return null
    throw error
  }
}

/** A value that the server does not know is no number, and so the whole is not known. */
function configOf(values: ReadonlyMap<string, string>): NodeConfig | null {
  const number = (name: string) => Number(values.get(name) ?? Number.NaN)
  const text = (name: string) => values.get(name) ?? ''
  const config = {
    nodeTimeoutMs: number('cluster-node-timeout'),
    requireFullCoverage: text('cluster-require-full-coverage') === 'yes',
    validityFactor: number('cluster-replica-validity-factor'),
    replicaNoFailover: text('cluster-replica-no-failover') === 'yes',
    minReplicasToWrite: number('min-replicas-to-write'),
    backlogBytes: number('repl-backlog-size'),
    requiresPassword: text('requirepass') !== '',
    passwordLabel: label(text('requirepass')),
    masterAuthLabel: label(text('masterauth')),
    masterUser: text('masteruser'),
  }
  return Object.values(config).some(Number.isNaN) ? null : config
}

function pairs(reply: unknown): Map<string, string> {
  const flat = Array.isArray(reply) ? reply.map(String) : []
  return new Map(
    flat.flatMap((key, at): [string, string][] => (at % 2 === 0 ? [[key, flat[at + 1] ?? '']] : [])),
  )
}

/** Of this process only: labels tell nothing to whoever finds them in a journal. */
const KEY = randomBytes(32)

function label(secret: string): string {
  return secret === '' ? '' : createHmac('sha256', KEY).update(secret).digest('base64url')
}

/**
 * Names for the labels that are the same in every process, so that equal clusters give equal facts: `s1`, `s2` ...
 * in the order in which they are met.
 */
export function nameLabels(configs: readonly (NodeConfig | null)[]): (NodeConfig | null)[] {
  const names = new Map([['', '']])
  const nameOf = (one: string) => {
    const name = names.get(one) ?? `s${names.size}`
    names.set(one, name)
    return name
  }
  return configs.map(
    (config) =>
      config && {
        ...config,
        passwordLabel: nameOf(config.passwordLabel),
        masterAuthLabel: nameOf(config.masterAuthLabel),
      },
  )
}
