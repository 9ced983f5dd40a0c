import type {Health} from '../../systems/receivers/health.js'
import type {Answer} from './sweep.js'

/** Hosts that are alike in one respect. */
export type Group = {
  /** `unit`, `clock`, `disk` ... */
  what: string
  value: string
  hosts: string[]
  /** Somebody should look. */
  bad: boolean
}

/** What a host says, and when it was asked (ms since the epoch). */
export type Seen = {health: Health; atMs: number}

const CLOCK_SEC = 5
const DAY_SEC = 86_400
/** Those of now; the others are since the boot. */
const THROTTLED_NOW = 0xf

/** The fleet in few lines: each respect splits the hosts that answer, most frequent first, what is wrong before that. */
export function statusGroups(answers: readonly Answer<Seen>[]): Group[] {
  const respects: [what: string, (answer: Answer<Seen>) => [value: string, bad: boolean] | undefined][] = [
    ['reach', reachText],
    ['unit', ofHealth(({unit: {load, active, sub}}) => unitText(load, active, sub))],
    ['uptime', ofHealth(({uptimeSec}) => uptimeText(uptimeSec))],
    ['clock', (answer) => ('value' in answer ? clockText(answer.value) : undefined)],
    ['disk', ofHealth(({diskPercent}) => steps(diskPercent, [80, 90], '%'))],
    ['temperature', ofHealth(({celsius}) => steps(celsius, [70, 80], '°C'))],
    ['throttled', ofHealth(({throttled}) => throttledText(throttled))],
  ]
  return respects.flatMap(([what, of]) => groupsOf(what, answers, of))
}

function groupsOf(
  what: string,
  answers: readonly Answer<Seen>[],
  of: (answer: Answer<Seen>) => [value: string, bad: boolean] | undefined,
): Group[] {
  const groups = new Map<string, Group>()
  for (const answer of answers) {
    const [value, bad] = of(answer) ?? []
    if (value === undefined) continue
    const group = groups.get(value) ?? {what, value, hosts: [], bad: bad === true}
    groups.set(value, group)
    group.hosts.push(answer.id)
  }
  return [...groups.values()].sort((a, b) => Number(b.bad) - Number(a.bad) || b.hosts.length - a.hosts.length)
}

function ofHealth(of: (health: Health) => [string, boolean]) {
  return (answer: Answer<Seen>): [string, boolean] | undefined =>
    'value' in answer ? of(answer.value.health) : undefined
}

/** Whether a host answers, or how it does not. */
export function reachText(answer: Answer<unknown>): [string, boolean] {
  if ('value' in answer) return ['answers', false]
  const {fault, class: kind} = answer.failed
  if (fault === 'refused') return [`turned us away (${kind ?? 'sign-in'})`, true]
  if (fault === 'answered') return [`odd answer (${kind ?? answer.failed.message})`, true]
  return [`no answer (${kind ?? 'lost'})`, true]
}

export function unitText(load: string, active: string, sub: string): [string, boolean] {
  if (load !== 'loaded') return [load, true]
  return [`${active} (${sub})`, active !== 'active']
}

function uptimeText(seconds: number): [string, boolean] {
  if (seconds < 3600) return ['less than an hour', false]
  return [seconds < DAY_SEC ? 'less than a day' : 'a day or more', false]
}

function clockText({health, atMs}: Seen): [string, boolean] {
  const off = Math.abs(health.clockSec - atMs / 1000)
  return off <= CLOCK_SEC
    ? ['right', false]
    : [off < 60 ? 'wrong by seconds' : 'wrong by a minute or more', true]
}

function steps(value: number | null, [warm, hot]: [number, number], sign: string): [string, boolean] {
  if (value === null) return ['not known', false]
  if (value < warm) return [`below ${warm} ${sign}`, false]
  return value < hot ? [`${warm} to ${hot} ${sign}`, false] : [`${hot} ${sign} or more`, true]
}

function throttledText(bits: number | null): [string, boolean] {
  if (bits === null) return ['not known', false]
  if ((bits & THROTTLED_NOW) !== 0) return ['now', true]
  return bits === 0 ? ['never since the boot', false] : ['since the boot, not now', false]
}
