import {RemoteError} from '../../remote/fault.js'
import {assemble} from './assemble.js'
import {commands, pair} from './commands.js'
import {parseInfo, parseLevel} from './parse-info.js'
import {parseServersState, type ServerState} from './parse-servers-state.js'
import {parseStat, type StatRow} from './parse-stat.js'
import {parseTables} from './parse-tables.js'
import type {Read} from './read-snapshot.js'
import type {ServerReading} from './snapshot.js'

/** One server and its backend, fresh, in one connection. */
export async function readServer(read: Read, backend: string, server: string): Promise<ServerReading> {
  const name = pair(backend, server)
  const [info = '', level = '', state = '', tables = '', stat = ''] = await read([
    commands.info,
    commands.level,
    commands.state(backend),
    commands.tables,
    commands.stat(backend),
  ])
  const states = parseServersState(state)
  const rows = await rowsOfBackend(read, states, parseStat(stat))
  const {servers, ...facts} = assemble(states, rows, parseTables(tables))[backend] ?? noServer(name)
  return {
    ...parseInfo(info),
    level: parseLevel(level),
    backend: facts,
    server: servers[server] ?? noServer(name),
  }
}

/**
 * `show stat NAME` finds the frontend when a frontend and a backend share a name, and then shows no servers [seen on
 * 2.6]: only then ask again by the backend's id, which is never ambiguous.
 */
async function rowsOfBackend(
  read: Read,
  states: readonly ServerState[],
  rows: StatRow[],
): Promise<StatRow[]> {
  const [first] = states
  if (rows.length > 0 || !first) return rows
  const [stat = ''] = await read([commands.stat(String(first.backendId))])
  return parseStat(stat)
}

function noServer(name: string): never {
  throw new RemoteError('answered', `there is no server ${name}`, {
    class: 'no-such-server',
    hint: 'Check the name: redeye haproxy status lists the servers.',
  })
}
