import type {Table} from '../../engine/runbook.js'
import type {UnitState} from '../../systems/linux/unit-state.js'
import {described} from '../unit-words.js'

/** One line for each host. */
export function stateTable(hosts: {[host: string]: {unit: UnitState}}): Table {
  return {
    columns: [
      {name: 'host'},
      {name: 'state'},
      {name: 'pid', align: 'right'},
      {name: 'restarts', align: 'right'},
      {name: 'enabled'},
      {name: 'since', shrink: true},
    ],
    rows: Object.entries(hosts).map(([name, {unit}]) => [
      name,
      unit.load === 'loaded' ? described(unit) : unit.load,
      unit.pid > 0 ? String(unit.pid) : '-',
      String(unit.restarts),
      unit.enabled || '-',
      unit.since || '-',
    ]),
  }
}
