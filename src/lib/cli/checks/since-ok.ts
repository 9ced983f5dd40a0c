import type {SinceOk, TargetAnswer} from '../../engine/outcome.js'
import {mask} from '../../report/mask.js'
import type {LastOk} from './last-ok.js'

type Known = LastOk['findings'][number]

/** What a target answers now beside what it answered when it was last all well. Times and amounts that differ are no change. */
export function sinceOk({findings, because}: TargetAnswer, last: LastOk | undefined): SinceOk {
  if (!last) return {at: null, changes: []}
  // Without an answer there is nothing to compare: only why there is none is new.
  if (findings.length === 0) return {at: last.at, changes: because.map((line) => `new: ${line}`)}
  const before = new Map(last.findings.map((one) => [one.id, one]))
  const now = new Set(findings.map(({id}) => id))
  return {
    at: last.at,
    changes: [
      ...findings.flatMap((is) => {
        const was = before.get(is.id)
        if (!was) return [`new: ${text(is)}`]
        return same(was, is) ? [] : [`changed: ${text(is)} (was ${was.level}: ${was.saw})`]
      }),
      ...last.findings.flatMap((was) => (now.has(was.id) ? [] : [`gone: ${text(was)}`])),
    ],
  }
}

function same(was: Known, is: Known): boolean {
  return was.level === is.level && mask(was.saw) === mask(is.saw)
}

function text({id, level, saw}: Known): string {
  return `${id} ${level}: ${saw}`
}
