import type {Finding} from '../../../engine/runbook.js'
import {checkedBy} from '../../../systems/haproxy/healthy.js'
import type {ServerView} from '../../../systems/haproxy/snapshot.js'
import type {Facts} from '../facts.js'
import {members} from '../facts.js'
import type {Target} from '../input.js'

/** A server of weight 0 is UP and gets nothing: that is no comeback. */
export function weightNotZero(input: Target, facts: Facts): Finding {
  const zero = members(facts, input).filter(({view}) => view.userWeight === 0)
  if (zero.length === 0) return {id: 'weight-zero', level: 'pass', saw: 'it has a weight'}
  const {view} = zero[0] ?? {}
  return {
    id: 'weight-zero',
    level: 'refuse',
    saw: `${zero.map((one) => `${one.view.backend}/${one.view.name} on ${one.instance}`).join(', ')} has weight 0 and would get no traffic`,
    clear: `redeye haproxy weight ${view?.backend}/${view?.name} 100`,
  }
}

/** Without a check nobody knows that the application is there. */
export function provable(input: Target & {noHealth: boolean; probe: string | null}, facts: Facts): Finding {
  const unproven = members(facts, input).flatMap(({instance, view}) => {
    const why = whyUnproven(facts, instance, view)
    return why === '' ? [] : [`${view.backend}/${view.name} on ${instance} ${why}`]
  })
  if (unproven.length === 0 || input.noHealth || input.probe !== null)
    return {
      id: 'no-check',
      level: 'pass',
      saw: 'something proves that it is healthy, or you said that nothing needs to',
    }
  return {
    id: 'no-check',
    level: 'refuse',
    saw: `${unproven.join(', ')}: nothing would prove that it serves`,
    clear: 'give a check from here with --probe URL, or insist with --no-health',
  }
}

/**
 * Leaving MAINT sets the health of a server to `rise`, and keeps the result of its last check from before. With
 * `fall 1` that is full health already: it cannot be told from a check that has run since [seen on 2.6].
 */
function whyUnproven(facts: Facts, instance: string, view: ServerView): string {
  const snapshot = facts.instances.find((one) => one.name === instance)?.snapshot
  if (!snapshot) return ''
  const {check} = checkedBy(snapshot, view)
  if (!check.configured) return 'has no health check'
  if (view.admin === 'maint' && view.tracks === '' && check.fall === 1)
    return "has 'fall 1', so HAProxy counts it as healthy before a check has run"
  return ''
}
