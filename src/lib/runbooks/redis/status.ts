import type {Json} from '../../engine/json.js'
import type {Table} from '../../engine/runbook.js'
import {countSlots} from '../../systems/redis/key-slot.js'
import {
  commonTable,
  type Facts,
  type Known,
  readings,
  type Shard,
  shards,
  short,
  unread,
  views,
} from './facts.js'
import type {Common} from './input.js'
import {cooldownUntil, mastersPerMachine} from './move.js'

export interface Status {
  tables: Table[]
  notes: string[]
  json: Json
}

/** The cluster by shards, and what is wrong with it. */
export function status(facts: Facts, asked: Common): Status {
  const groups = views(facts)
  return {
    tables: [shardTable(facts), machineTable(facts)],
    notes: [
      ...facts.nodes.flatMap((node) =>
        node.error ? [`no answer from ${unread(node)}${node.hint ? ` (${node.hint})` : ''}`] : [],
      ),
      ...(groups.length > 1
        ? [`the nodes disagree: ${groups.map((ids) => ids.map(short).join(' ')).join(' against ')}`]
        : []),
      ...openSlots(facts).map((open) => `slots are being moved: ${open}`),
      ...mastersWithoutSlots(facts).map((name) => `${name} is a master without slots`),
    ],
    json: statusJson(facts, asked),
  }
}

function shardTable(facts: Facts): Table {
  return {
    columns: [
      {name: 'slots', shrink: true},
      {name: 'role'},
      {name: 'node'},
      {name: 'address'},
      {name: 'machine', shrink: true},
      {name: 'lag', align: 'right'},
      {name: 'link'},
    ],
    rows: shards(facts).flatMap(({master, slots, replicas}) => [
      [slots.join(' '), 'master', ...place(master), '', linkOf(master)],
      ...replicas.map((replica) => [
        '',
        'replica',
        ...place(replica),
        lagText(replica, facts),
        linkOf(replica),
      ]),
    ]),
  }
}

function place({survey}: Known): string[] {
  return [short(survey.id), survey.announced, survey.machine]
}

function lagText(replica: Known, facts: Facts): string {
  const bytes = lagOf(replica, facts)
  return bytes === null ? '?' : `${bytes} B`
}

/** Null when either side is not known. */
function lagOf({line}: Known, facts: Facts): number | null {
  const bytes = facts.lag[line.id]?.at(-1)
  return bytes === undefined || bytes < 0 ? null : bytes
}

function linkOf({survey, line}: Known): string {
  if (!survey.reading) return 'NO ANSWER'
  const {replication, loading} = survey.reading
  if (loading) return 'loading'
  if (replication.role === 'master') return line.flags.join(' ')
  return replication.syncing ? 'full sync' : replication.link
}

function machineTable(facts: Facts): Table {
  return {
    columns: [{name: 'machine'}, {name: 'masters', align: 'right'}, {name: 'replicas', align: 'right'}],
    rows: machines(facts).map(([machine, count]) => [
      machine,
      String(count),
      String(replicasOn(machine, facts)),
    ]),
  }
}

/** With their number of masters, by name. */
function machines(facts: Facts): [string, number][] {
  return [...mastersPerMachine(facts)].sort(([a], [b]) => (a < b ? -1 : 1))
}

function replicasOn(machine: string, facts: Facts): number {
  return shards(facts)
    .flatMap(({replicas}) => replicas)
    .filter(({survey}) => survey.machine === machine).length
}

function openSlots(facts: Facts): string[] {
  return readings(facts).flatMap(({node, reading}) =>
    reading.table.flatMap((line) =>
      line.myself && line.openSlots.length > 0 ? [`${node.announced} ${line.openSlots.join(' ')}`] : [],
    ),
  )
}

function mastersWithoutSlots(facts: Facts): string[] {
  return commonTable(facts).flatMap((line) =>
    line.role === 'master' && line.slots.length === 0 ? [`${line.ip}:${line.port}`] : [],
  )
}

function statusJson(facts: Facts, asked: Common): Json {
  const all = shards(facts)
  const [first] = readings(facts)
  const groups = views(facts)
  return {
    cluster: {
      state: readings(facts).every(({reading}) => reading.cluster.state === 'ok') ? 'ok' : 'fail',
      size: all.length,
      epoch: Math.max(0, ...readings(facts).map(({reading}) => reading.cluster.epoch)),
      coverage: all.reduce((sum, {slots}) => sum + countSlots(slots), 0),
      openSlots: openSlots(facts),
    },
    views: {agree: groups.length === 1, groups},
    shards: all.map((shard) => shardJson(shard, facts, asked)),
    machines: machines(facts).map(([name, masters]) => ({
      name,
      masters,
      replicas: replicasOn(name, facts),
    })),
    config: first?.reading.config
      ? {
          nodeTimeoutMs: first.reading.config.nodeTimeoutMs,
          requireFullCoverage: first.reading.config.requireFullCoverage,
          validityFactor: first.reading.config.validityFactor,
          replicaNoFailover: first.reading.config.replicaNoFailover,
          minReplicasToWrite: first.reading.config.minReplicasToWrite,
        }
      : null,
    mastersWithoutSlots: mastersWithoutSlots(facts),
    unreachable: facts.nodes.flatMap(({id, announced, where, error}) =>
      error ? [{id, announced, where, error}] : [],
    ),
  }
}

function shardJson(shard: Shard, facts: Facts, asked: Common): Json {
  const {master, slots, replicas} = shard
  return {
    slots,
    master: {
      id: master.line.id,
      addr: master.survey.announced,
      machine: master.survey.machine,
      offset: master.survey.reading?.replication.offset ?? null,
    },
    replicas: replicas.map((replica) => {
      const {reading, announced, machine} = replica.survey
      const replication = reading?.replication
      return {
        id: replica.line.id,
        addr: announced,
        machine,
        link: replication?.role === 'replica' ? replication.link : null,
        lagBytes: lagOf(replica, facts),
        lastIoSec: replication?.role === 'replica' ? replication.lastIoSec : null,
        sync: replication?.role === 'replica' ? replication.syncing : null,
        loading: reading?.loading ?? null,
        version: reading?.version ?? null,
        cooldownUntil: cooldownUntil({shard, to: replica}, asked, facts) || null,
      }
    }),
  }
}
