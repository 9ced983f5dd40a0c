import type {Finding, PlanView, Runbook} from '../../engine/runbook.js'
import type {AwsSystems} from '../../systems/aws/account.js'
import {few} from '../finding.js'
import {lasting} from './amounts.js'
import {called, type Facts, readFacts, restsOn, touched} from './facts.js'
import {account, credentialsLast} from './guards/account.js'
import {
  capacity,
  comingEvents,
  dedicatedHost,
  ephemeralData,
  impaired,
  mayBeStopped,
  permissions,
  publicIp,
  rootDisk,
  shutdownTerminates,
  spot,
  state,
} from './guards/instance.js'
import {inScalingGroup, lastHealthy, replaceable, slowComeback, standbyFits} from './guards/serving.js'
import {type RecoverInput, recoverInput} from './input.js'
import {ACTIONS, choose, type Method} from './method.js'
import {entersStandby, recoverStages, worstMs} from './recover-stages.js'
import {targetTable, withRows} from './tables.js'
import {notAws, whereWords} from './where.js'

/** Brings an impaired instance back: drained, restarted on another host or rebooted, checked, attached again. */
export const recover: Runbook<RecoverInput, Facts, AwsSystems> = {
  id: 'aws.instance.recover',
  summary: 'Bring an impaired instance back, by the way that its trouble calls for',
  input: recoverInput,
  effect: ({method}) => (method === 'replace' ? 'destroy' : 'disrupt'),
  subject: (asked) => asked.instance,
  locks: (asked) => [`aws/instance/${asked.instance}`],
  alsoLocks: (_asked, facts) => touched(facts),
  survey,
  rests: (_asked, facts) => restsOn(facts),
  guards,
  view,
  beware: (_asked, facts) => notAws(facts),
  stages: recoverStages,
  undoGuards: (_asked, facts) => [account(facts)],
  afterwards: (asked, run) => (asked.keepDrained ? [`redeye aws target attach ${run}`] : []),
  onFailure: 'stop',
}

async function survey(systems: AwsSystems, asked: RecoverInput, signal: AbortSignal): Promise<Facts> {
  const {method} = asked
  const may = method === 'auto' ? [...ACTIONS['stop-start'], ...ACTIONS.reboot] : ACTIONS[method]
  const facts = await readFacts(systems, asked, signal, may)
  // Who may not read this could not prove a reboot: better now than when it is out of service.
  if (choose(asked, facts).method === 'reboot')
    await (await systems.aws(asked.account)).consolePost(facts.instance.id, signal)
  return facts
}

/** A resumed run goes on by the method that it began with: what was wrong then may be well by now. */
function guards(asked: RecoverInput, facts: Facts, planned?: Facts): Finding[] {
  const choice = choose(asked, planned ?? facts)
  const {method} = choice
  const ours = planned !== undefined
  const worst = worstMs(asked, planned ?? facts)
  return [
    account(facts),
    permissions(facts, method),
    credentialsLast(facts, worst),
    state(asked, facts, method, ours),
    impaired(choice, facts),
    spot(facts, method),
    rootDisk(facts, method),
    mayBeStopped(facts, method),
    shutdownTerminates(facts, method),
    ephemeralData(facts, method),
    publicIp(facts, method),
    dedicatedHost(facts, method),
    inScalingGroup(asked, facts, method),
    standbyFits(asked, facts, method),
    replaceable(facts, method, ours),
    lastHealthy(facts.memberships),
    slowComeback(facts.memberships),
    capacity(facts, method),
    comingEvents(facts, worst),
  ]
}

function view(asked: RecoverInput, facts: Facts, planned?: Facts): PlanView {
  const {identity, instance, group, memberships} = facts
  const {method, wrong, why} = choose(asked, planned ?? facts)
  return {
    title: `Recover ${called(instance)} by ${method}`,
    tables: withRows([targetTable(memberships)]),
    notes: [
      whereWords(identity),
      `${instance.type} in ${instance.zone}, ${instance.state}, started ${new Date(instance.launchedMs).toISOString()}`,
      ...(group
        ? [`member of the auto scaling group ${group.name} (wants ${group.desired}, needs ${group.min})`]
        : []),
      `${planned ? 'was wrong' : 'wrong'} with it: ${wrong.length > 0 ? few(wrong) : 'nothing that AWS sees'}`,
      `${method}: ${why}`,
      ...lost(method, facts),
      ...(asked.drain ? [] : ['it is not taken out of service first']),
      ...(asked.drain && asked.keepDrained ? ['it stays out of service afterwards'] : []),
      `takes at most ${lasting(worstMs(asked, planned ?? facts))}`,
    ],
  }
}

/** What is gone afterwards, whatever happens. */
function lost(method: Method, facts: Facts): string[] {
  const {instance, ephemeralDisks, elasticIps} = facts
  if (method === 'reboot') return ['lost: what is in its memory']
  if (method === 'replace') return ['lost: the instance, with every disk that is deleted with it']
  const address = instance.publicIp
  return [
    `lost: ${few([
      'what is in its memory',
      ...(ephemeralDisks ? ['what is on its instance-store disks'] : []),
      ...(address !== null && !elasticIps.includes(address)
        ? [`public address ${address} (new one: unknown)`]
        : []),
    ])}`,
    ...(entersStandby(facts) ? ['its group neither counts on it nor replaces it meanwhile'] : []),
  ]
}
