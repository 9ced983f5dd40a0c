import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {Environment} from '../environment.js'

/**
 * What the AWS configuration file says of a profile, as far as it decides whom requests go to: with an endpoint of its own they
 * never go to AWS. Empty where there is no such file or profile.
 */
export async function profileOf(
  name: string,
  {env, home}: Pick<Environment, 'env' | 'home'>,
): Promise<{region?: string; endpoint_url?: string}> {
  const text = await readFile(env.AWS_CONFIG_FILE || join(home, '.aws', 'config'), 'utf8').catch(() => '')
  const section = name === 'default' ? /^\[\s*(profile\s+)?default\s*\]/ : /^\[\s*profile\s+(.+?)\s*\]/
  const found: {region?: string; endpoint_url?: string} = {}
  let inside = false
  for (const line of text.split('\n')) {
    if (line.startsWith('[')) {
      const match = section.exec(line)
      inside = match !== null && (name === 'default' || match[1] === name)
    }
    // An indented line belongs to the key above it: the endpoint of one service.
    const [, key, value] = /^(region|endpoint_url)\s*=\s*(\S+)/.exec(line) ?? []
    if (inside && (key === 'region' || key === 'endpoint_url') && value !== undefined) found[key] = value
  }
  return found
}
