import type {Json} from '../../engine/json.js'
import type {Finding, Runbook, Table} from '../../engine/runbook.js'
import type {Stage, Step} from '../../engine/step.js'
import type {RedisSystems} from '../../systems/redis/cluster.js'
import {called, commonTable, type Facts, readCluster} from './facts.js'
import {canFollow, enoughReplicas, warnings, wholeKeySpace} from './guards/afterwards.js'
import {lag, link, version} from './guards/candidate.js'
import {clusterState, enoughVoters, openSlots, reach, sameViews} from './guards/cluster.js'
import type {Common} from './input.js'
import {cooldownUntil, type Move} from './move.js'
import {promoteStep} from './steps/promote.js'
import {agreeStep, cooldownStep, followsStep} from './steps/waits.js'
import {writeAndReadStep} from './steps/write-and-read.js'

/** Read again within a second before each failover is sent. */
const RECHECK = ['views', 'reach', 'link', 'lag', 'majority']
/** Between two shards: clients settle, and a person can stop. */
const PAUSE_MS = 1000

/** What was chosen: the moves, and what stands in their way. */
export interface Chosen {
  moves: Move[]
  findings: Finding[]
}

/** The parts that every runbook of graceful failovers shares; they differ in which moves they choose. */
export function graceful<Input extends Common & Json>(
  choose: (asked: Input, facts: Facts) => Chosen,
): Pick<
  Runbook<Input, Facts, RedisSystems>,
  'locks' | 'survey' | 'rests' | 'guards' | 'undoGuards' | 'stages'
> {
  return {
    locks: (asked) => [`redis/${asked.cluster}`],
    survey: (systems, asked, signal) => readCluster(systems, asked.cluster, signal),
    rests: (_asked, facts) => layout(facts),
    guards(asked, facts) {
      const {moves, findings} = choose(asked, facts)
      return [...findings, ...gracefulGuards(moves, asked, facts)]
    },
    // Each step back waits for its own candidate; these are about the cluster as a whole.
    undoGuards: (_asked, facts) => [
      reach(facts, []),
      sameViews(facts),
      clusterState(facts, []),
      enoughVoters(facts),
    ],
    stages: (systems, asked, facts) =>
      choose(asked, facts).moves.map((move, at, all) => ({
        ...moveStage(systems, asked, facts, move, at),
        ...(at < all.length - 1 && {soak: {ms: PAUSE_MS}}),
      })),
  }
}

function gracefulGuards(moves: readonly Move[], asked: Common, facts: Facts): Finding[] {
  return [
    reach(facts, moves),
    sameViews(facts),
    clusterState(facts, moves),
    enoughVoters(facts),
    openSlots(facts, moves),
    link(moves),
    lag(moves, asked, facts),
    version(moves),
    canFollow(moves),
    enoughReplicas(moves),
    ...warnings(moves),
    ...wholeKeySpace(moves),
  ]
}

/** Who holds which slots, and who could take them: a plan rests on this and on nothing that changes by itself. */
export function layout(facts: Facts): Json {
  return Object.fromEntries(
    commonTable(facts).map((line) => [line.id, {role: line.role, master: line.masterId, slots: line.slots}]),
  )
}

function moveStage(systems: RedisSystems, asked: Common, facts: Facts, move: Move, at: number): Stage {
  const {shard, to} = move
  const old = {id: shard.master.line.id, name: shard.master.survey.announced}
  const next = {id: to.line.id, epochBefore: shard.master.line.epoch}
  const until = asked.noCooldown ? 0 : cooldownUntil(move, asked, facts)
  const steps: Step[] = [
    ...(until > 0 ? [cooldownStep(systems, to.line.id, to.survey.announced, until, facts.takenAtMs)] : []),
    promoteStep(systems, {
      cluster: asked.cluster,
      from: old.id,
      to: to.line.id,
      fromName: old.name,
      toName: to.survey.announced,
      mode: 'graceful',
      backAtMs: asked.noCooldown
        ? 0
        : cooldownUntil({shard: {...shard, master: to}, to: shard.master}, asked, facts),
      recheck: RECHECK,
    }),
    followsStep(systems, asked.cluster, old, next, asked.timeoutMs),
    agreeStep(systems, asked.cluster, next, true),
    ...(asked.probe
      ? [writeAndReadStep(systems, asked.cluster, {id: to.line.id, name: to.survey.announced}, shard.slots)]
      : []),
  ]
  return {
    id: `shard-${at + 1}`,
    says: `slots ${shard.slots.join(' ')}: ${called(shard.master)} -> ${called(to)}`,
    steps,
  }
}

/** The moves as a person reads them. */
export function moveTable(moves: readonly Move[], facts: Facts): Table {
  return {
    columns: [
      {name: 'slots', shrink: true},
      {name: 'master'},
      {name: 'on', shrink: true},
      {name: 'to'},
      {name: 'on', shrink: true},
      {name: 'lag', align: 'right'},
      {name: 'link'},
    ],
    rows: moves.map(({shard, to}) => {
      const replication = to.survey.reading?.replication
      return [
        shard.slots.join(' '),
        shard.master.survey.announced,
        shard.master.survey.machine,
        to.survey.announced,
        to.survey.machine,
        lagText(facts.lag[to.line.id]?.at(-1)),
        replication?.role === 'replica' ? replication.link : '?',
      ]
    }),
  }
}

/** Nobody knows it while the master is away. */
function lagText(bytes = -1): string {
  return bytes < 0 ? '?' : `${bytes} B`
}

export const PROMISE =
  'writes to a shard pause while it moves: typically less than 0.3 s, at worst 5 s if the election fails'
