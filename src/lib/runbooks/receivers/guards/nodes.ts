import type {Finding} from '../../../engine/runbook.js'
import {account} from '../../aws/guards/account.js'
import type {Facts} from '../facts.js'
import {hostsText, someOf} from '../names.js'

/** Whether Systems Manager leads to all of the hosts. Some that are away are normal: they count as out of reach when their turn comes. */
export function nodes({chosen, now}: Facts): Finding[] {
  const {nodes: facts} = now
  if (!facts) return []
  const {without, unknown, offline} = facts
  const all = chosen.hosts.length
  return [account(facts), ledTo([...without], [...unknown], all), away(offline, all)]
}

function ledTo(without: string[], unknown: string[], all: number): Finding {
  if (without.length + unknown.length === 0)
    return {id: 'nodes', level: 'pass', saw: `Systems Manager knows all ${hostsText(all)}`}
  const saw = [
    ...(without.length > 0
      ? [`the list has no node of ${hostsText(without.length)}: ${someOf(without)}`]
      : []),
    ...(unknown.length > 0
      ? [`Systems Manager does not know ${hostsText(unknown.length)}: ${someOf(unknown)}`]
      : []),
  ]
  return {
    id: 'nodes',
    level: 'refuse',
    saw: saw.join('; '),
    clear: 'leave them out with --exclude, or reach them by SSH',
  }
}

function away(offline: string[], all: number): Finding {
  if (offline.length === 0) return {id: 'online', level: 'pass', saw: 'all of their agents report'}
  return {
    id: 'online',
    level: 'warn',
    saw: `the agents of ${offline.length} of ${hostsText(all)} do not report: ${someOf(offline)}`,
  }
}
