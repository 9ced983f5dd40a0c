import {notHaproxy} from './answers.js'
import type {Session} from './instance.js'

/**
 * Picks the sessions of one server out of `show sess`, oldest first. Each line starts with the session's pointer and
 * has `be=`, `srv=` and `age=` among its fields.
 */
export function parseSessions(text: string, backend: string, server: string): Session[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const found = /^(0x[0-9a-f]+): .* be=(\S+) srv=(\S+) .*?\bage=(\S+)/.exec(line)
      if (!found && !line.startsWith('0x')) notHaproxy('show sess', 'a session', line)
      const [, id, be, srv, age] = found ?? []
      return id && age && be === backend && srv === server ? [{id, ageSec: seconds(age)}] : []
    })
    .sort((a, b) => b.ageSec - a.ageSec)
}

const UNITS: Record<string, number> = {d: 86_400, h: 3600, m: 60, s: 1}

/** HAProxy's short form of a duration: `5s`, `1m20s`, `2h5m`, `3d4h`. */
function seconds(age: string): number {
  return [...age.matchAll(/(\d+)([dhms])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0),
    0,
  )
}
