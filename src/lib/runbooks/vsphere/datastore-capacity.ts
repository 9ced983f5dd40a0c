import {EarlyEnd} from '../../engine/early.js'
import type {Datastore} from '../../systems/vsphere/model.js'
import type {Reading} from '../reading.js'
import {bytes, share} from './amounts.js'
import {compareText} from './placement/unit.js'
import type {EstateFacts} from './read-estate.js'

export interface Thresholds {
  /** Name or MoRef value; null: all. */
  datastore: string | null
  /** Percent used. */
  warn: number
  crit: number
}

/** Fullest first. @throws EarlyEnd `usage` when there is no such datastore */
export function datastoreCapacity({estate}: EstateFacts, asked: Thresholds): Reading {
  const found = estate.datastores
    .filter(({name, ref}) => asked.datastore === null || asked.datastore === name || asked.datastore === ref)
    .toSorted((a, b) => usedPercent(b) - usedPercent(a) || compareText(a.name, b.name))
  if (asked.datastore !== null && found.length === 0)
    throw new EarlyEnd(
      'usage',
      `there is no datastore ${asked.datastore}`,
      [],
      ['redeye vsphere datastore capacity'],
    )
  return {
    tables: [
      {
        columns: [
          {name: 'datastore', shrink: true},
          {name: 'type'},
          {name: 'size', align: 'right'},
          {name: 'free', align: 'right'},
          {name: 'used', align: 'right'},
          {name: 'promised', align: 'right'},
          {name: 'hosts', align: 'right'},
          {name: 'state'},
        ],
        rows: found.map((store) => [
          store.name,
          store.type,
          bytes(store.capacityBytes),
          bytes(store.freeBytes),
          share(store.capacityBytes - store.freeBytes, store.capacityBytes),
          share(promised(store), store.capacityBytes),
          String(store.hosts.length),
          levelOf(store, asked),
        ]),
      },
    ],
    notes: found.flatMap((store) => notesOf(store, asked)),
    json: found.map((store) => ({
      ...store,
      usedPercent: usedPercent(store),
      provisionedPercent: store.capacityBytes > 0 ? (100 * promised(store)) / store.capacityBytes : 0,
      level: levelOf(store, asked),
    })),
  }
}

function usedPercent({capacityBytes, freeBytes}: Datastore): number {
  return capacityBytes > 0 ? (100 * (capacityBytes - freeBytes)) / capacityBytes : 0
}

/** In use, and what thin disks may still grow by. */
function promised({capacityBytes, freeBytes, uncommittedBytes}: Datastore): number {
  return capacityBytes - freeBytes + uncommittedBytes
}

function levelOf(store: Datastore, {warn, crit}: Thresholds): string {
  if (!store.accessible) return 'NOT ACCESSIBLE'
  if (store.maintenance !== '' && store.maintenance !== 'normal') return 'maintenance'
  const used = usedPercent(store)
  return used >= crit ? 'CRITICAL' : used >= warn ? 'warning' : 'ok'
}

function notesOf(store: Datastore, asked: Thresholds): string[] {
  const level = levelOf(store, asked)
  const over = promised(store) > store.capacityBytes
  return [
    ...(level === 'ok' ? [] : [`${store.name}: ${level}, ${Math.round(usedPercent(store))}% used`]),
    ...(over
      ? [
          `${store.name}: ${share(promised(store), store.capacityBytes)} is promised to disks: it can run full`,
        ]
      : []),
    ...(store.multipleHosts ? [] : [`${store.name}: only one host can use it: VMs on it cannot move`]),
  ]
}
