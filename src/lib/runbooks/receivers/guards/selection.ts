import type {Finding} from '../../../engine/runbook.js'
import type {Facts} from '../facts.js'
import type {FanOut} from '../input.js'
import {hostsText, someOf} from '../names.js'
import {waveSizes} from '../waves.js'

const CANARY_HOSTS = 10
const CANARY_PERCENT = 1

/** More than the inventory lets one change touch. */
export function selectionSize({chosen}: Facts): Finding {
  const {hosts, of, limits} = chosen
  const percent = (hosts.length / of) * 100
  const over = [
    ...(limits.maxHosts !== null && hosts.length > limits.maxHosts ? [`maxHosts is ${limits.maxHosts}`] : []),
    ...(limits.maxPercent !== null && percent > limits.maxPercent
      ? [`maxPercent is ${limits.maxPercent}`]
      : []),
  ]
  const saw = `${hostsText(hosts.length)} of ${of} (${Math.round(percent * 10) / 10} %)`
  if (over.length === 0) return {id: 'selection-size', level: 'pass', saw}
  return {
    id: 'selection-size',
    level: 'refuse',
    saw: `${saw} are selected, and the inventory's ${over.join(' and ')}`,
    clear: 'narrow the selection with --where, --sample or --limit',
    overridable: true,
  }
}

/** The first wave is what breaks if the change is bad. */
export function canary(asked: FanOut): Finding {
  const [first = 0] = waveSizes(asked.waves, asked.hosts)
  const most = Math.max(1, Math.min(CANARY_HOSTS, Math.floor((asked.hosts * CANARY_PERCENT) / 100)))
  if (first <= most) return {id: 'canary', level: 'pass', saw: `the first wave is ${hostsText(first)}`}
  return {
    id: 'canary',
    level: 'refuse',
    saw: `the first wave is ${first} of ${hostsText(asked.hosts)}; a canary is at most ${CANARY_HOSTS} hosts and ${CANARY_PERCENT} %, here ${most}`,
    clear: 'begin --waves with a smaller one: --waves 1,10,rest',
    overridable: true,
  }
}

/** The same hosts were restarted a moment ago: this is likely the same change twice. */
export function notRecent({chosen, now}: Facts): Finding {
  const {hosts, runs} = now.recent
  const all = chosen.hosts.length
  if (hosts * 2 <= all)
    return {
      id: 'recent',
      level: 'pass',
      saw: `${hosts} of ${hostsText(all)} were restarted within the last hour`,
    }
  return {
    id: 'recent',
    level: 'refuse',
    saw: `${hosts} of these ${hostsText(all)} were restarted within the last hour, by ${someOf(runs, 3)}`,
    clear: `redeye runs show ${runs.at(-1) ?? ''}`,
    overridable: true,
  }
}
