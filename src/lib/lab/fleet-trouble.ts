import type {LabFleet} from './fleet.js'

/** Of every fleet that is spread over the world, so many are away at any moment. */
const AWAY_PERCENT = 3

/** What a real fleet always has: a few percent out of reach, and one receiver that does not survive its restart. */
export async function spoil({rows, control}: Pick<LabFleet, 'rows' | 'control'>): Promise<void> {
  const [broken, ...others] = rows.filter(({ring}) => ring !== 'canary').map(({id}) => id)
  const every = Math.round(100 / AWAY_PERCENT)
  const away = others.filter((_, at) => at % every === every - 1)
  if (broken !== undefined) await control.behave([broken], {unit: 'crash-loop'})
  if (away.length > 0) await control.behave(away, {connect: 'refuse'})
}
