import type {Finding} from '../../../engine/runbook.js'
import type {Facts} from '../facts.js'

/** Every instance of the group that is not left out must answer: the others would keep sending traffic. */
export function reach({instances}: Facts): Finding {
  const dead = instances.filter((one) => one.error !== '')
  if (dead.length === 0) return {id: 'reach', level: 'pass', saw: `${instances.length} instances answer`}
  const [first] = dead
  return {
    id: 'reach',
    level: 'refuse',
    saw: dead.map((one) => one.error).join('; '),
    clear: `${first?.hint || `Start ${first?.name}.`} Or leave it out knowingly: --skip-instance ${first?.name} --override partial-group --reason "..."`,
  }
}

/** A change on some instances only leaves the others sending traffic to the server. */
export function partialGroup({instances}: Facts): Finding {
  const skipped = instances.filter((one) => one.skipped).map((one) => one.name)
  if (skipped.length === 0)
    return {id: 'partial-group', level: 'pass', saw: 'all instances of the group are changed'}
  return {
    id: 'partial-group',
    level: 'refuse',
    saw: `${skipped.join(', ')} is left out and goes on as it is: stopping the server then costs its clients failed requests`,
    clear: 'change all instances, or override this if the one left out really carries no traffic',
    overridable: true,
  }
}
