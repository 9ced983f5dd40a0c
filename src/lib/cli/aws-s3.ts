import type {Config} from '@oclif/core'
import type {Json} from '../engine/json.js'
import {exposure, readExposure} from '../runbooks/aws/s3-exposure.js'
import type {Environment} from './environment.js'
import type {ChangeFlags, CommonFlags} from './flags.js'
import {findRun} from './past-run.js'
import {reading} from './reading.js'
import {undoRun} from './runs-undo.js'
import {secrets} from './secrets.js'
import {statusLines} from './status-lines.js'
import {stores} from './stores.js'
import {UsageError} from './usage-error.js'

/** Reads one bucket and renders how open it is. */
export async function awsS3Exposure(
  asked: {account: string; bucket: string},
  flags: CommonFlags,
  at: Environment,
): Promise<{lines: string[]; json: Json}> {
  return await reading(flags.inventory, at, async (systems, signal) => {
    const seen = exposure(secrets.redactAll(await readExposure(systems, asked, signal)))
    return {lines: statusLines(seen), json: seen.json}
  })
}

/** Undoes a lockdown. @throws UsageError when the run was none */
export async function unlock(
  text: string,
  flags: ChangeFlags,
  at: Environment,
  config: Config,
): Promise<void> {
  const {run, plan} = await findRun((await stores(at)).runs, text)
  if (plan.runbook !== 'aws.s3.lockdown')
    throw new UsageError(`run ${run} is ${plan.runbook}, no lockdown`, [], ['redeye runs list'])
  await undoRun(run, flags, at, config)
}
