import {RemoteError} from '../../remote/fault.js'
import {printable} from '../../text/clean.js'
import type {ClusterInfo, Replication} from './node.js'

/** `field:value` lines of INFO and CLUSTER INFO. */
export function parseFields(text: string): Map<string, string> {
  return new Map(
    text.split(/\r?\n/).flatMap((line): [string, string][] => {
      const at = line.indexOf(':')
      return at > 0 && !line.startsWith('#') ? [[line.slice(0, at), line.slice(at + 1)]] : []
    }),
  )
}

/** @throws RemoteError `answered` when the text is something else */
export function parseClusterInfo(text: string): ClusterInfo {
  const fields = parseFields(text)
  return {
    state: oneOf(fields, 'cluster_state', ['ok', 'fail']),
    slotsOk: count(fields, 'cluster_slots_ok'),
    epoch: count(fields, 'cluster_current_epoch'),
    size: count(fields, 'cluster_size'),
  }
}

/** @throws RemoteError `answered` when the text is something else */
export function parseReplication(text: string): Replication {
  return replicationOf(parseFields(text))
}

/** From the fields of INFO, whichever sections it has besides `replication`. */
export function replicationOf(fields: ReadonlyMap<string, string>): Replication {
  if (oneOf(fields, 'role', ['master', 'slave']) === 'master') {
    const replicas = [...fields]
      .filter(([key]) => /^slave\d+$/.test(key))
      .map(([, value]) => parseReplica(value))
    return {role: 'master', offset: count(fields, 'master_repl_offset'), replicas}
  }
  return {
    role: 'replica',
    offset: count(fields, 'slave_repl_offset'),
    masterAddress: `${fields.get('master_host') ?? ''}:${fields.get('master_port') ?? ''}`,
    link: oneOf(fields, 'master_link_status', ['up', 'down']),
    syncing: fields.get('master_sync_in_progress') === '1',
    lastIoSec: count(fields, 'master_last_io_seconds_ago', -1),
    linkDownSec: count(fields, 'master_link_down_since_seconds', 0),
  }
}

/** `ip=…,port=…,state=online,offset=…,lag=…` */
function parseReplica(value: string) {
  const parts = new Map(
    value
      .split(',')
      .map((part): [string, string] => [part.split('=')[0] ?? '', part.slice(part.indexOf('=') + 1)]),
  )
  return {
    where: `${parts.get('ip') ?? ''}:${parts.get('port') ?? ''}`,
    online: parts.get('state') === 'online',
    offset: count(parts, 'offset'),
  }
}

/** A whole number; without `otherwise` the field must be there. */
function count(fields: ReadonlyMap<string, string>, key: string, otherwise?: number): number {
  const text = fields.get(key)
  if (text === undefined && otherwise !== undefined) return otherwise
  if (text === undefined || !/^-?\d{1,20}$/.test(text)) throw malformed(key, text)
  return Number(text)
}

function oneOf<Known extends string>(
  fields: ReadonlyMap<string, string>,
  key: string,
  known: readonly Known[],
): Known {
  const text = fields.get(key)
  const found = known.find((one) => one === text)
  if (found === undefined) throw malformed(key, text)
  return found
}

function malformed(key: string, text: string | undefined): RemoteError {
  const saw = text === undefined ? 'does not have it' : `has "${printable(text.slice(0, 100))}" there`
  return new RemoteError('answered', `expected ${key} in the answer of the server, which ${saw}`, {
    class: 'malformed',
  })
}
