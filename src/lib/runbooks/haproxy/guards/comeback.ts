import type {Finding} from '../../../engine/runbook.js'
import {checkedBy} from '../../../systems/haproxy/healthy.js'
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
    saw: `the weight of ${zero.map((one) => `${one.view.backend}/${one.view.name} on ${one.instance}`).join(', ')} is 0: it would be UP and get no traffic`,
    clear: `redeye haproxy weight ${view?.backend}/${view?.name} 100`,
  }
}

/** Without a check nobody knows that the application is there. */
export function provable(input: Target & {noHealth: boolean; probe: string | null}, facts: Facts): Finding {
  const unchecked = members(facts, input).filter(({instance, view}) => {
    const snapshot = facts.instances.find((one) => one.name === instance)?.snapshot
    return snapshot && !checkedBy(snapshot, view).check.configured
  })
  if (unchecked.length === 0 || input.noHealth || input.probe !== null)
    return {
      id: 'no-check',
      level: 'pass',
      saw: 'something proves that it is healthy, or you said that nothing needs to',
    }
  const names = unchecked.map((one) => `${one.view.backend}/${one.view.name} on ${one.instance}`)
  return {
    id: 'no-check',
    level: 'refuse',
    saw: `no health check is configured for ${names.join(', ')}: nothing proves that it serves`,
    clear: 'give a check from here with --probe URL, or insist with --no-health',
  }
}
