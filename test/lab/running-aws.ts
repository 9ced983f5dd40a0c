import {mkdtemp, rm} from 'node:fs/promises'
import {enableCompileCache} from 'node:module'
import {tmpdir} from 'node:os'
import {afterAll, afterEach, beforeAll, beforeEach} from 'vitest'
import type {AwsCall} from '../../src/lib/lab/aws-call.js'
import {type AwsLab, startAwsLab} from '../../src/lib/lab/aws-lab.js'

// The SDK is large, and every test file loads it anew.
enableCompileCache()

/**
 * An account for the whole test file, empty for each test, and reached by this process as a shell would. What was scripted
 * and never happened fails the test. Call the result inside tests.
 */
export function runningAws(): () => AwsLab {
  let lab: AwsLab | undefined
  let dir = ''
  const running = () => {
    if (!lab) throw new Error('the lab is not up')
    return lab
  }
  beforeAll(async () => {
    dir = await mkdtemp(`${tmpdir()}/ra-`)
    lab = await startAwsLab({dir})
    // Nothing of the machine's own account may be meant.
    const foreign = Object.keys(process.env).filter((name) => name.startsWith('AWS_'))
    for (const name of foreign) delete process.env[name]
    Object.assign(process.env, lab.env, {
      AWS_CONFIG_FILE: `${dir}/config`,
      AWS_SHARED_CREDENTIALS_FILE: `${dir}/credentials`,
      AWS_EC2_METADATA_DISABLED: 'true',
    })
  }, 600_000)
  beforeEach(async () => {
    Object.assign(process.env, running().env)
    await running().reset()
  })
  afterEach(() => running().verify())
  afterAll(async () => {
    await lab?.stop()
    await rm(dir, {recursive: true, force: true})
  })
  return running
}

/** How often this was called, dry runs apart. */
export function times(lab: AwsLab, action: AwsCall['action']): number {
  return lab.proxy.calls().filter((call) => call.action === action && !call.dryRun).length
}
