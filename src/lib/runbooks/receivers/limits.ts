import type {Limit} from '../../engine/step.js'
import type {Allowance, FanOut} from './input.js'

/** So few hosts out of reach say nothing yet: a few percent of a fleet always are. */
const ALWAYS_AWAY = 3

export function failureLimit({maxFailures}: FanOut, wave: number): Limit {
  if (wave === 0) return {failures: 0}
  return 'hosts' in maxFailures ? {failures: maxFailures.hosts} : {percentOfTried: maxFailures.percent}
}

export function unreachableLimit({maxUnreachable}: FanOut): Limit {
  return 'hosts' in maxUnreachable
    ? {failures: maxUnreachable.hosts}
    : {percentOfTried: maxUnreachable.percent, atLeast: ALWAYS_AWAY}
}

/** Which failure stops the run once `tried` hosts were tried: `the 4th`. */
export function stopsAt(asked: FanOut, wave: number, tried: number): number {
  return allowed(failureLimit(asked, wave), tried) + 1
}

function allowed(limit: Limit, tried: number): number {
  if ('failures' in limit) return limit.failures
  const percent = 'percent' in limit ? limit.percent : limit.percentOfTried
  return Math.max(1, Math.floor((tried * percent) / 100))
}

/** `20 % of those tried (3 at least)` */
export function allowanceText(allowance: Allowance, atLeast: number): string {
  if ('hosts' in allowance) return String(allowance.hosts)
  return `${allowance.percent} % of those tried so far (at least ${atLeast})`
}

export function failuresText({maxFailures}: FanOut): string {
  return allowanceText(maxFailures, 1)
}

export function unreachableText({maxUnreachable}: FanOut): string {
  return allowanceText(maxUnreachable, ALWAYS_AWAY)
}
