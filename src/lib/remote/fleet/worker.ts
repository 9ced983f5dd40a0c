import {createRequire} from 'node:module'
import {pathToFileURL} from 'node:url'
import {Worker} from 'node:worker_threads'
import type {ThreadSettings} from './messages.js'

/**
 * Without a limit V8 lets each thread keep what it has once used: 690 MB after 30,000 hosts. 2,000 hosts in flight need 60 MB; a
 * thread that needs more than its limit is replaced as one that has failed.
 */
const MEMORY = {maxYoungGenerationSizeMb: 32, maxOldGenerationSizeMb: 512}

/** Starts a thread that speaks SSH. Built it is JavaScript; from the source tree it is TypeScript and runs through tsx. */
export function startWorker(settings: ThreadSettings): Worker {
  const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
  const loader =
    ending === '.ts' ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href] : []
  return new Worker(new URL(`./thread-program${ending}`, import.meta.url), {
    name: 'ssh',
    workerData: settings,
    execArgv: loader,
    resourceLimits: MEMORY,
  })
}
