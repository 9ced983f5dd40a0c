import type {Table} from '../../engine/runbook.js'
import type {Membership} from '../../systems/aws/target.js'
import {lasting} from './amounts.js'
import {healthyOthers} from './guards/serving.js'

/** The target groups that it is in, one line for each of its ports. */
export function targetTable(memberships: readonly Membership[]): Table {
  return {
    columns: [
      {name: 'target group', shrink: true},
      {name: 'port', align: 'right'},
      {name: 'state'},
      {name: 'others healthy', align: 'right'},
      {name: 'drains up to', align: 'right'},
    ],
    rows: memberships.flatMap((membership) =>
      membership.mine.map(({port, state}) => [
        membership.name,
        String(port),
        state,
        String(healthyOthers(membership)),
        lasting(membership.pace.drainMs),
      ]),
    ),
  }
}

export function withRows(tables: Table[]): Table[] {
  return tables.filter(({rows}) => rows.length > 0)
}
