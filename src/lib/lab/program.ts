import {createRequire} from 'node:module'
import {fileURLToPath, pathToFileURL} from 'node:url'
import type {ProcessSpec} from './process.js'

/** The programs of the lab that run as processes of their own, so that they can be killed. */
export type Program =
  | 'app-server'
  | 'agent-check'
  | 'load-client'
  | 'redis-load'
  | 'azure-peer'
  | 'aws-proxy'
  | 'watch'

/**
 * How to run one of our own files (`NAME-program`) as a process; `input` reaches it as JSON. Built (`dist`) it is
 * JavaScript and runs as it is; from the source tree it is TypeScript and runs through tsx.
 */
export function programSpec(
  program: Program,
  input: unknown,
  rest: Pick<ProcessSpec, 'name' | 'log' | 'ready'>,
): ProcessSpec {
  const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
  const file = fileURLToPath(new URL(`./${program}-program${ending}`, import.meta.url))
  const loader = ending === '.ts' ? ['--import', tsx()] : []
  return {...rest, command: process.execPath, args: [...loader, file, JSON.stringify(input)]}
}

function tsx(): string {
  return pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
}
