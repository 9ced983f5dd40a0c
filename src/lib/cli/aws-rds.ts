import type {Json} from '../engine/json.js'
import {databaseStatus, readDatabaseStatus} from '../runbooks/aws/rds-status.js'
import type {Environment} from './environment.js'
import type {CommonFlags} from './flags.js'
import {reading} from './reading.js'
import {secrets} from './secrets.js'
import {statusLines} from './status-lines.js'

/** Reads one database or cluster and renders how it is. */
export async function awsRdsStatus(
  asked: {account: string; name: string},
  flags: CommonFlags,
  at: Environment,
): Promise<{lines: string[]; json: Json}> {
  return await reading(flags.inventory, at, async (systems, signal) => {
    const seen = databaseStatus(secrets.redactAll(await readDatabaseStatus(systems, asked, signal)))
    return {lines: statusLines(seen), json: seen.json}
  })
}
