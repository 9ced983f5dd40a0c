import type {Json} from '../../engine/json.js'
import type {Table} from '../../engine/runbook.js'
import type {AwsSystems} from '../../systems/aws/account.js'
import type {Identity} from '../../systems/aws/identity.js'
import {few} from '../finding.js'
import type {Reading} from '../reading.js'
import {lasting} from './amounts.js'
import {type Facts, memberOf, readFacts} from './facts.js'
import {lastHealthy} from './guards/serving.js'
import {choose, eventWords, MOVES} from './method.js'
import {targetTable, withRows} from './tables.js'

export async function readStatus(
  systems: AwsSystems,
  asked: {account: string; instance: string},
  signal: AbortSignal,
): Promise<Facts> {
  return await readFacts(systems, asked, signal)
}

/** One instance: how it is, what it serves, and what a recovery would do. */
export function status(facts: Facts): Reading {
  const {identity, instance, checks, memberships, group} = facts
  const choice = choose({method: 'auto'}, facts)
  const last = lastHealthy(memberships)
  return {
    tables: withRows([whereTable(identity), stateTable(facts), checkTable(facts), targetTable(memberships)]),
    notes: [
      ...(identity.endpoint === null ? [] : [`an endpoint override is in force: this is not AWS`]),
      ...checks.events.filter(({code}) => !MOVES.includes(code)).map(eventWords),
      ...(instance.stateReason && instance.state !== 'running'
        ? [`${instance.state} because of ${instance.stateReason.code}: ${instance.stateReason.message}`]
        : []),
      ...(group ? [`member of ${group.name}: ${memberOf(facts)?.lifecycle ?? 'unknown'}`] : []),
      ...(last.level === 'refuse' ? [last.saw] : []),
      ...(choice.wrong.length > 0
        ? [
            `${few(choice.wrong)}: redeye aws instance recover ${instance.id} would ${choice.method} (${choice.why})`,
          ]
        : []),
    ],
    json: statusJson(facts, choice.wrong),
  }
}

function whereTable({account, region, profile, endpoint}: Identity): Table {
  return {
    columns: [{name: 'account'}, {name: 'region'}, {name: 'profile', shrink: true}, {name: 'endpoint'}],
    rows: [[account, region, profile ?? '-', endpoint ?? 'AWS']],
  }
}

function stateTable({instance, takenAtMs}: Facts): Table {
  return {
    columns: [
      {name: 'instance'},
      {name: 'name', shrink: true},
      {name: 'state'},
      {name: 'type'},
      {name: 'zone'},
      {name: 'up', align: 'right'},
    ],
    rows: [
      [
        instance.id,
        instance.name,
        instance.state,
        instance.type,
        instance.zone,
        instance.state === 'running' ? lasting(takenAtMs - instance.launchedMs) : '-',
      ],
    ],
  }
}

function checkTable({checks, instance, ping, elasticIps}: Facts): Table {
  const {publicIp} = instance
  const kind = publicIp === null ? '' : elasticIps.includes(publicIp) ? ' (elastic)' : ' (not elastic)'
  return {
    columns: [
      {name: 'system'},
      {name: 'instance'},
      {name: 'EBS'},
      {name: 'agent'},
      {name: 'private address'},
      {name: 'public address', shrink: true},
    ],
    rows: [
      [
        checks.system,
        checks.instance,
        checks.ebs,
        ping ?? 'unknown',
        instance.privateIp ?? '-',
        `${publicIp ?? '-'}${kind}`,
      ],
    ],
  }
}

function statusJson(facts: Facts, wrong: string[]): Json {
  const {identity, instance, checks, protection, ping, group, memberships} = facts
  return {
    account: identity.account,
    region: identity.region,
    endpoint: identity.endpoint,
    instance,
    checks,
    protection,
    agent: ping,
    scalingGroup: group && {name: group.name, lifecycle: memberOf(facts)?.lifecycle ?? null},
    targets: memberships.flatMap(({arn, name, mine}) =>
      mine.map(({id, port, state}) => ({group: name, arn, id, port, state})),
    ),
    wrong,
  }
}
