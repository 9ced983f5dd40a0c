import type {PlanView, Table} from '../../engine/runbook.js'
import {type Facts, following, fullName, leaving, members} from './facts.js'
import {type Effect, effects, percentLeft} from './guards/capacity.js'
import {subjectOf, type Target} from './input.js'

/** What the change does to each backend that it touches. */
export function rotationView(verb: string, input: Target, facts: Facts, notes: string[]): PlanView {
  const found = members(facts, input)
  const at = [...new Set(found.map(({view}) => `${view.address}:${view.port}`))].join(', ')
  const on = [...new Set(found.map((member) => member.instance))]
  const where = `${on.length} ${on.length === 1 ? 'instance' : 'instances'} (${on.join(', ')})`
  return {
    title: `${verb} ${subjectOf(input)}${at && at !== subjectOf(input) ? ` (${at})` : ''} on ${on.length === 0 ? 'no instance' : where}`,
    tables: [effectTable(input, facts)],
    notes: [...followerNotes(input, facts), ...notes],
  }
}

function effectTable(input: Target, facts: Facts): Table {
  return {
    columns: [
      {name: 'backend', shrink: true},
      {name: 'on'},
      {name: 'usable', align: 'right'},
      {name: 'weight', align: 'right'},
      {name: 'left', align: 'right'},
      {name: 'queue', align: 'right'},
      {name: 'sessions', align: 'right'},
    ],
    rows: effects(input, facts).map((effect) => [
      effect.backend.name,
      effect.instance,
      `${effect.before.active.length} -> ${effect.after.active.length}`,
      `${effect.before.weight} -> ${effect.after.weight}`,
      `${percentLeft(effect)} %`,
      String(effect.backend.queue),
      String(sessionsLeaving(effect, input, facts)),
    ]),
  }
}

function sessionsLeaving({instance, backend}: Effect, input: Target, facts: Facts): number {
  const one = facts.instances.find(({name}) => name === instance)
  const out = one ? leaving(one, input) : new Set<string>()
  return Object.values(backend.servers)
    .filter((view) => out.has(fullName(view)))
    .reduce((sum, view) => sum + view.sessions, 0)
}

/** Entries that nobody named and that leave all the same. */
function followerNotes(input: Target, facts: Facts): string[] {
  const says = facts.instances.flatMap(({name, snapshot}) =>
    members(facts, input)
      .filter((member) => member.instance === name)
      .flatMap(({view}) => following(snapshot, view))
      .map((view) => `${fullName(view)} follows ${view.tracks} (track) and leaves with it`),
  )
  return [...new Set(says)]
}
