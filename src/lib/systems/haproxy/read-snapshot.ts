import {assemble} from './assemble.js'
import {commands} from './commands.js'
import {parseInfo, parseLevel} from './parse-info.js'
import {parseServersState} from './parse-servers-state.js'
import {parseStat} from './parse-stat.js'
import {parseTables} from './parse-tables.js'
import type {Snapshot} from './snapshot.js'

/** Sends commands on one connection and gives back one answer each. */
export type Read = (lines: readonly string[]) => Promise<string[]>

/** Everything redeye knows of an instance, in one connection. */
export async function readSnapshot(read: Read): Promise<Snapshot> {
  const [info = '', level = '', state = '', stat = '', tables = ''] = await read([
    commands.info,
    commands.level,
    commands.allState,
    commands.allStat,
    commands.tables,
  ])
  return {
    ...parseInfo(info),
    level: parseLevel(level),
    backends: assemble(parseServersState(state), parseStat(stat), parseTables(tables)),
  }
}
