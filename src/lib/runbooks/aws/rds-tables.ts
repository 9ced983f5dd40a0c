import type {Table} from '../../engine/runbook.js'
import type {DatabaseFacts} from './rds-facts.js'

export function databaseTables({database, cluster, members}: DatabaseFacts): Table[] {
  if (database)
    return [
      {
        columns: ['database', 'status', 'class', 'engine', 'zone', 'standby'].map((name) => ({name})),
        rows: [
          [
            database.id,
            database.status,
            database.size,
            database.engine,
            database.zone ?? '-',
            database.multiAz ? (database.secondaryZone ?? 'yes') : '-',
          ],
        ],
      },
    ]
  return [
    {
      columns: ['cluster', 'status', 'engine'].map((name) => ({name})),
      rows: cluster ? [[cluster.id, cluster.status, cluster.engine]] : [],
    },
    {
      columns: [
        {name: 'member', shrink: true},
        {name: 'role'},
        {name: 'status'},
        {name: 'class'},
        {name: 'zone'},
        {name: 'tier', align: 'right'},
        {name: 'behind', align: 'right'},
      ],
      rows: members.map(({id, writer, status, size, zone, tier, lagMs}) => [
        id,
        writer ? 'writer' : 'reader',
        status,
        size,
        zone ?? '-',
        String(tier),
        writer ? '-' : lagMs === null ? 'unknown' : `${Math.round(lagMs)} ms`,
      ]),
    },
  ]
}
