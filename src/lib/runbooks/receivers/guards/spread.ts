import type {Finding} from '../../../engine/runbook.js'
import type {Facts} from '../facts.js'
import type {FanOut} from '../input.js'
import {hostsText, someOf} from '../names.js'

/** A site that is so small that one host is more of it than may be out; and hosts of which nobody knows the site. */
export function spreadKept({spread}: FanOut, {chosen}: Facts): Finding[] {
  if (!spread) return []
  const {label, maxOutPercent} = spread
  const touched = new Set(chosen.hosts.map(({labels}) => labels[label] ?? ''))
  const without = chosen.hosts.filter(({labels}) => (labels[label] ?? '') === '').map(({id}) => id)
  const small = [...touched].filter((site) => site !== '' && 100 > maxOutPercent * (chosen.sites[site] ?? 0))
  const saw = [
    ...(small.length > 0
      ? [
          `one host is more than ${maxOutPercent} % of ${small.length} of ${touched.size} values of ${label}: ${someOf(small.sort())}`,
        ]
      : []),
    ...(without.length > 0 ? [`${hostsText(without.length)} have no ${label}: ${someOf(without)}`] : []),
  ]
  if (saw.length === 0)
    return [{id: 'spread', level: 'pass', saw: `at most ${maxOutPercent} % of each ${label} is out at once`}]
  return [
    {
      id: 'spread',
      level: 'refuse',
      saw: saw.join('; '),
      clear:
        'raise --max-out, or leave them out with --exclude; overridden, small ones go one host at a time and those without count as one',
      overridable: true,
    },
  ]
}
