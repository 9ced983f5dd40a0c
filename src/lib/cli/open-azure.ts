import {readFile} from 'node:fs/promises'
import {resolve} from 'node:path'
import type {Inventory} from '../inventory/schema.js'
import type {Azure} from '../systems/azure/azure.js'
import {CREDENTIAL_VARIABLES, isOwnAuthority} from './azure-env.js'
import {realClock} from './clock.js'
import {parseDuration} from './duration.js'
import type {Environment} from './environment.js'
import {secrets} from './secrets.js'
import {UsageError} from './usage-error.js'

/**
 * One subscription, of the inventory or of the environment; nothing is loaded or connected yet.
 * @param directory of the inventory: the CA file is relative to it
 */
export async function openAzureTarget(
  name: string,
  target: Inventory['azure'][string] | undefined,
  subscription: string,
  directory: string,
  at: Environment,
): Promise<Azure> {
  const {CLOUDS, openAzure} = await import('../systems/azure/open.js')
  for (const variable of CREDENTIAL_VARIABLES) {
    const value = at.env[variable]
    if (value) secrets.add(value)
  }
  const {tenant, cloud = 'public', endpoint, ca, poll} = target ?? {}
  const pollMs = poll === undefined ? undefined : parseDuration(poll)
  return openAzure(
    {
      subscription,
      endpoint: endpoint ?? CLOUDS[cloud],
      audience: CLOUDS[cloud],
      ownAuthority: isOwnAuthority(at.env),
      ...(tenant !== undefined && {tenant}),
      ...(ca !== undefined && {ca: await authority(name, resolve(directory, ca))}),
      ...(pollMs !== undefined && {pollMs}),
    },
    realClock,
  )
}

async function authority(name: string, file: string): Promise<string> {
  return await readFile(file, 'utf8').catch((error: Error) => {
    throw new UsageError(`the azure target ${name} names a ca that cannot be read: ${error.message}`)
  })
}
