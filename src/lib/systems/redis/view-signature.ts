import type {ClusterLine} from './node.js'

/**
 * What a node believes, without what differs by nature (myself, link state, times). Equal text means agreement.
 * The epoch of a replica is that of the master it is believed to have, which after a failover nobody tells any more
 * to those who still list a dead replica there.
 */
export function viewSignature(table: readonly ClusterLine[]): string {
  return table
    .filter((line) => !line.flags.includes('noaddr') || line.slots.length > 0)
    .map((line) =>
      [line.id, line.role, line.role === 'master' ? line.epoch : line.masterId, ...line.slots].join(' '),
    )
    .sort()
    .join('\n')
}
