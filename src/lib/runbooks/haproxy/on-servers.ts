import type {Json} from '../../engine/json.js'
import type {Finding, Runbook} from '../../engine/runbook.js'
import type {HaproxySystems} from '../../systems/haproxy/group.js'
import {affectedBackends, type Facts, keepAffected, readGroup} from './facts.js'
import {level, runningProcess} from './guards/process.js'
import {partialGroup, reach} from './guards/reach.js'
import {asTarget, type Servers, subjectOf} from './input.js'
import {restsOnRotation} from './rests.js'

type Shared = 'subject' | 'locks' | 'alsoLocks' | 'survey' | 'rests' | 'undoGuards'

/** What every runbook on servers of a group shares; they differ in guards, plan and steps. */
export function onServers<Input extends Servers & Json>(): Pick<
  Required<Runbook<Input, Facts, HaproxySystems>>,
  Shared
> {
  return {
    subject: (asked) => subjectOf(asTarget(asked)),
    // An address is in backends that only the facts can name.
    locks: ({group, server}) => [
      server === null ? `haproxy/${group}` : `haproxy/${group}/${server.split('/')[0]}`,
    ],
    alsoLocks: (asked, facts) =>
      affectedBackends(facts, asTarget(asked)).map((backend) => `haproxy/${asked.group}/${backend}`),
    survey: async (systems, asked, signal) =>
      keepAffected(await readGroup(systems, asked, signal), asTarget(asked)),
    rests: restsOnRotation,
    undoGuards: (_asked, facts) => [level(facts), runningProcess(facts)],
  }
}

/** Whether the instances can be changed together at all. */
export function operable(facts: Facts): Finding[] {
  return [reach(facts), partialGroup(facts), level(facts), runningProcess(facts)]
}
