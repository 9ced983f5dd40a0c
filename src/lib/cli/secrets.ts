import type {SecretRef} from '../inventory/secret.js'
import {secretStore} from '../text/redact.js'
import type {Environment} from './environment.js'

/** Every secret this process has got. All that it writes passes through here. */
export const secrets = secretStore()

/** Below the time that connecting may take, so that it is the program that is named when it hangs. */
const PROGRAM_MS = 8000

const resolved = new Map<string, Promise<string>>()

/**
 * The value of a secret, got once for the whole process.
 * @param directory of the inventory: relative paths are from there, and programs run there
 * @throws SecretError
 */
export function secretValue(ref: SecretRef, directory: string, at: Environment): Promise<string> {
  const id = JSON.stringify([directory, ref])
  const value = resolved.get(id) ?? resolve(ref, directory, at)
  resolved.set(id, value)
  // What was mended meanwhile is seen when it is asked for again.
  value.catch(() => resolved.delete(id))
  return value
}

async function resolve(ref: SecretRef, directory: string, at: Environment): Promise<string> {
  const [{resolveSecret}, {run}] = await Promise.all([
    import('../inventory/secret.js'),
    import('../remote/process.js'),
  ])
  const value = await resolveSecret(ref, {
    env: at.env,
    directory,
    home: at.home,
    limitMs: PROGRAM_MS,
    run: ([program = '', ...args], signal) =>
      run([program, ...args], {env: at.env, cwd: directory, signal, timeoutMs: 2 * PROGRAM_MS}),
  })
  secrets.add(value)
  return value
}
