import type {Finding} from '../../../engine/runbook.js'
import type {NodeSurvey} from '../../../systems/redis/cluster.js'
import {type Facts, isFailed, readings, shards, short, views, voters} from '../facts.js'
import type {Move} from '../move.js'

/** All reachable nodes must see the same cluster: a failover in the middle of a change of view is a gamble. */
export function sameViews(facts: Facts): Finding {
  const groups = views(facts)
  const joining = readings(facts).flatMap(({node, reading}) =>
    reading.table.some((line) => line.flags.includes('handshake')) ? [node.announced] : [],
  )
  if (groups.length === 1 && joining.length === 0)
    return {id: 'views', level: 'pass', saw: `${readings(facts).length} nodes see the same cluster`}
  const saw =
    groups.length > 1
      ? `the nodes disagree: ${groups.map((ids) => ids.map(short).join(' ')).join(' against ')}`
      : `${joining.join(', ')} sees a node in handshake`
  return {id: 'views', level: 'refuse', saw, clear: 'wait a few seconds and look again: redeye redis status'}
}

/** Masters, candidates and a majority of masters must answer here. */
export function reach(facts: Facts, moves: readonly Move[]): Finding {
  const needed = new Set(moves.flatMap(({shard, to}) => [shard.master.line.id, to.line.id]))
  const dead = facts.nodes.filter((node) => needed.has(node.id) && node.reading === null)
  const {all, up} = voters(facts)
  if (dead.length === 0 && up >= majority(all))
    return {id: 'reach', level: 'pass', saw: 'every node that takes part answers'}
  return {
    id: 'reach',
    level: 'refuse',
    saw: [
      ...dead.map((node) => `${node.announced} does not answer: ${withoutAddress(node)}`),
      ...(up < majority(all) ? [`only ${up} of ${all} masters answer`] : []),
    ].join('; '),
    clear: [
      dead.map(howToReach).find((hint) => hint !== '') ?? 'redeye redis status',
      ...moves
        .filter(({shard: {master}}) => master.survey.reading === null && isFailed(master.line))
        .map(
          ({shard: {master}}) =>
            `If it is dead: redeye redis force-failover ${master.survey.announced} --dry-run`,
        ),
    ].join(' '),
  }
}

/** The error names the address that was called, which most often is the one that was announced. */
function withoutAddress({announced, error}: NodeSurvey): string {
  const prefix = `${announced}: `
  return error.startsWith(prefix) ? error.slice(prefix.length) : error
}

/** What the adapter says, and where nothing came back at all the other thing that it may be. */
function howToReach({announced, where, hint, class: kind}: NodeSurvey): string {
  const silent = /^(E[A-Z]+|time-out|closed)$/.test(kind)
  if (!silent || where !== announced) return hint
  return `${hint} If it is reached by another address from here (NAT, a tunnel), add ${announced} to addresses of this cluster.`.trim()
}

export function clusterState(facts: Facts, moves: readonly Move[]): Finding {
  const failing = readings(facts).filter(({reading}) => reading.cluster.state !== 'ok')
  const mine = new Set(moves.map(({shard}) => shard.master.line.id))
  const dead = shards(facts).filter(({master}) => isFailed(master.line) && !mine.has(master.line.id))
  if (failing.length === 0 && dead.length === 0)
    return {id: 'state', level: 'pass', saw: 'cluster_state is ok everywhere'}
  return {
    id: 'state',
    level: 'refuse',
    saw: [
      ...(failing.length > 0
        ? [`cluster_state is not ok on ${failing.map(({node}) => node.announced).join(', ')}`]
        : []),
      ...dead.map(({master}) => `master ${master.survey.announced} has failed`),
    ].join('; '),
    clear: 'redeye redis status',
    overridable: true,
  }
}

export function openSlots(facts: Facts, moves: readonly Move[]): Finding {
  const mine = new Set(moves.map(({shard}) => shard.master.line.id))
  const open = readings(facts).flatMap(({node, reading}) => {
    const own = reading.table.find((line) => line.myself)
    return own && own.openSlots.length > 0 && mine.has(node.id)
      ? [`${node.announced}: ${own.openSlots.join(' ')}`]
      : []
  })
  if (open.length === 0) return {id: 'open-slots', level: 'pass', saw: 'no slot is being moved'}
  return {
    id: 'open-slots',
    level: 'refuse',
    saw: `slots are being moved: ${open.join('; ')}`,
    clear: 'finish or cancel the resharding first',
    overridable: true,
  }
}

/** Without a majority of masters every answer is OK and nothing happens, after 5 s without writes. */
export function enoughVoters(facts: Facts): Finding {
  const {all, up} = voters(facts)
  if (up >= majority(all)) return {id: 'majority', level: 'pass', saw: `${up} of ${all} masters are up`}
  return {
    id: 'majority',
    level: 'refuse',
    saw: `${up} of ${all} masters are up; an election needs ${majority(all)}`,
    clear: 'bring masters back, or see redeye redis force-failover',
  }
}

export function majority(masters: number): number {
  return Math.floor(masters / 2) + 1
}
