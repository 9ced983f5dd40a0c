import {randomUUID} from 'node:crypto'
import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {afterAll, afterEach, beforeAll, beforeEach, expect} from 'vitest'
import {realClock} from '../../src/lib/cli/clock.js'
import {type AzureLab, startAzureLab} from '../../src/lib/lab/azure-lab.js'
import type {AzureSystems} from '../../src/lib/systems/azure/azure.js'
import {CLOUDS, openAzure} from '../../src/lib/systems/azure/open.js'

export interface RunningAzure {
  lab: AzureLab
  /** Systems that no other test has used: no token and no pace is remembered. */
  systems(): AzureSystems
}

/**
 * A subscription for the whole test file, as in the beginning before each test. After each, every request must have been one that the
 * peer knows, and every scripted fault must have happened. Call the result inside tests.
 */
export function runningAzure(): () => RunningAzure {
  let running: RunningAzure | undefined
  let dir = ''
  beforeAll(async () => {
    dir = await mkdtemp(`${tmpdir()}/rl-`)
    const lab = await startAzureLab({dir})
    // The SDK reads its own conventions from the environment.
    Object.assign(process.env, lab.env)
    const ca = await readFile(lab.ca, 'utf8')
    running = {
      lab,
      systems() {
        const azure = openAzure(
          {
            subscription: lab.subscription,
            endpoint: lab.url,
            audience: CLOUDS.public,
            ca,
            ownAuthority: true,
            pollMs: 40,
          },
          realClock,
        )
        return {azure: async () => azure, now: realClock.now, newId: randomUUID}
      },
    }
  })
  beforeEach(async () => await running?.lab.control.reset())
  afterEach(async () => expect(await running?.lab.control.complaints()).toEqual([]))
  afterAll(async () => {
    await running?.lab.stop()
    await rm(dir, {recursive: true, force: true})
  })
  return () => {
    if (!running) throw new Error('the lab is not up')
    return running
  }
}
