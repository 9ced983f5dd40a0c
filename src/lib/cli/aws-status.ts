import type {Json} from '../engine/json.js'
import {readStatus, status} from '../runbooks/aws/status.js'
import type {Environment} from './environment.js'
import type {CommonFlags} from './flags.js'
import {reading} from './reading.js'
import {secrets} from './secrets.js'
import {statusLines} from './status-lines.js'

/** Reads one instance and renders how it is. */
export async function awsStatus(
  asked: {account: string; instance: string},
  flags: CommonFlags,
  at: Environment,
): Promise<{lines: string[]; json: Json}> {
  return await reading(flags.inventory, at, async (systems, signal) => {
    const seen = status(secrets.redactAll(await readStatus(systems, asked, signal)))
    return {lines: statusLines(seen), json: seen.json}
  })
}
