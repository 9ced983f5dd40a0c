import type {Table} from '../../engine/runbook.js'
import type {ManagedNode} from '../../systems/aws/node.js'
import {lasting} from './amounts.js'

/** Nodes that are shown; the others are counted. */
const SHOWN = 12

/** @param most how many are shown */
export function nodeTable(nodes: readonly ManagedNode[], nowMs: number, most = SHOWN): Table {
  const more = nodes.length - most
  return {
    columns: [
      {name: 'node'},
      {name: 'name', shrink: true},
      {name: 'ping'},
      {name: 'said', align: 'right'},
      {name: 'platform'},
      {name: 'agent'},
    ],
    rows: [
      ...nodes
        .slice(0, most)
        .map(({id, name, ping, pingAtMs, platform, agent}) => [
          id,
          name,
          ping,
          pingAtMs === null ? 'never' : `${lasting(nowMs - pingAtMs)} ago`,
          platform,
          agent,
        ]),
      ...(more > 0 ? [[`${more} more`, '', '', '', '', '']] : []),
    ],
  }
}
