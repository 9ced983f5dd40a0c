import type {Finding} from '../../../engine/runbook.js'
import type {Facts} from '../facts.js'
import {members} from '../facts.js'
import {subjectOf, type Target} from '../input.js'

const MOST_NAMES = 12

/** The server must be there on every instance that is changed. */
export function present(input: Target, facts: Facts): Finding {
  const found = members(facts, input)
  const read = facts.instances.filter((one) => one.snapshot)
  const without = read.filter((one) => !found.some((member) => member.instance === one.name))
  if (without.length === 0 && found.length > 0) {
    const names = [...new Set(found.map(({view}) => `${view.backend}/${view.name}`))]
    return {id: 'target', level: 'pass', saw: `${names.join(', ')} on ${read.length} instances`}
  }
  return {
    id: 'target',
    level: 'refuse',
    saw: `there is no ${subjectOf(input)} on ${without.map((one) => one.name).join(', ')}${insteadOf(facts)}`,
    clear: `redeye haproxy status --group ${input.group}`,
  }
}

function insteadOf({instead = []}: Facts): string {
  const shown = instead.slice(0, MOST_NAMES)
  const more = instead.length > shown.length ? ` and ${instead.length - shown.length} more` : ''
  return shown.length > 0 ? `; there are ${shown.join(', ')}${more}` : ''
}

/** The same name at another address is another machine. */
export function sameAddress(input: Target, facts: Facts): Finding {
  const byName = new Map<string, Map<string, string>>()
  for (const {instance, view} of members(facts, input)) {
    const name = `${view.backend}/${view.name}`
    const addresses = byName.get(name) ?? new Map<string, string>()
    byName.set(name, addresses.set(instance, `${view.address}:${view.port}`))
  }
  const differing = [...byName].filter(([, addresses]) => new Set(addresses.values()).size > 1)
  if (differing.length === 0)
    return {id: 'address-mismatch', level: 'pass', saw: 'the same address everywhere'}
  return {
    id: 'address-mismatch',
    level: 'refuse',
    saw: differing
      .map(
        ([name, addresses]) => `${name} is ${[...addresses].map(([on, at]) => `${at} on ${on}`).join(', ')}`,
      )
      .join('; '),
    clear:
      'this is another machine under the same name: change one instance at a time, or mend the configuration',
    overridable: true,
  }
}

/** A state that comes from a tracked server or from DNS cannot be changed here. */
export function inherited(input: Target, facts: Facts): Finding {
  const bad = members(facts, input).flatMap(({instance, view}) => {
    if (view.unresolved)
      return [
        `${view.backend}/${view.name} on ${instance} is in maintenance because DNS does not resolve ${view.fqdn}`,
      ]
    if (view.inherited)
      return [`${view.backend}/${view.name} on ${instance} follows ${view.tracks}: act on ${view.tracks}`]
    return []
  })
  if (bad.length === 0) return {id: 'inherited', level: 'pass', saw: 'its state is its own'}
  return {
    id: 'inherited',
    level: 'refuse',
    saw: bad.join('; '),
    clear: 'act on what it takes its state from: the tracked server, or the resolver',
  }
}
