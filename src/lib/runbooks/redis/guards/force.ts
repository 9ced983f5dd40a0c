import type {Finding} from '../../../engine/runbook.js'
import {called, type Facts, type Known, type Shard, voters} from '../facts.js'
import {answers, choose, type ForceFacts, freshest} from '../force-choice.js'
import type {ForceInput} from '../force-input.js'
import {majority} from './cluster.js'

export function forceGuards(asked: ForceInput, facts: ForceFacts): Finding[] {
  const choice = choose(asked, facts)
  if ('healed' in choice) return [{id: 'healed', level: 'pass', saw: `healed by itself: ${choice.healed}`}]
  if ('problem' in choice)
    return [{id: 'role', level: 'refuse', saw: choice.problem, clear: 'redeye redis status'}]
  return [alive(choice.shard), voted(asked, facts), whole(choice.to), stale(choice, asked)]
}

function alive(shard: Shard): Finding {
  if (!answers(shard))
    return {
      id: 'master-alive',
      level: 'pass',
      saw: `${called(shard.master)} does not answer: ${shard.master.survey.error}`,
    }
  return {
    id: 'master-alive',
    level: 'refuse',
    saw: `${called(shard.master)} answers from here: forcing would lose acknowledged writes (438 of 39799 when it was tried)`,
    clear: `redeye redis failover ${shard.master.survey.announced}`,
    overridable: true,
  }
}

function voted(asked: ForceInput, facts: Facts): Finding {
  const {all, up} = voters(facts)
  if (up >= majority(all)) return {id: 'majority', level: 'pass', saw: `${up} of ${all} masters can vote`}
  if (asked.takeover)
    return {
      id: 'majority',
      level: 'warn',
      saw: `only ${up} of ${all} masters are up: it is taken over without votes; be sure that the others are stopped`,
    }
  return {
    id: 'majority',
    level: 'refuse',
    saw: `only ${up} of ${all} masters are up: FORCE would answer OK and nothing would happen`,
    clear: 'bring masters back; or, with the other side stopped for certain, --takeover',
  }
}

/** A node in the middle of a full sync holds part of a data set. */
function whole(to: Known): Finding {
  const {reading, error} = to.survey
  const clear = 'choose another replica with --to'
  if (!reading) return {id: 'data', level: 'refuse', saw: `${called(to)} does not answer: ${error}`, clear}
  const {loading, replication} = reading
  if (!loading && !(replication.role === 'replica' && replication.syncing))
    return {id: 'data', level: 'pass', saw: `${called(to)} holds a whole data set`}
  const saw = `${called(to)} is loading or in a full sync: its data set is incomplete`
  return {id: 'data', level: 'refuse', saw, clear}
}

function stale({shard, to}: {shard: Shard; to: Known}, asked: ForceInput): Finding {
  const best = freshest(shard)
  const offset = (one: Known | undefined) => one?.survey.reading?.replication.offset ?? -1
  if (asked.to === null || offset(to) >= offset(best))
    return {id: 'stale', level: 'pass', saw: `no other replica has received more than ${called(to)}`}
  return {
    id: 'stale',
    level: 'refuse',
    saw: `${best ? called(best) : 'another replica'} has received ${offset(best) - offset(to)} bytes more than ${called(to)}`,
    clear: 'leave the choice to redeye, without --to',
    overridable: true,
  }
}
