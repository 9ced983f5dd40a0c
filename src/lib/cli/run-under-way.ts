import type {Stores} from './stores.js'
import {UsageError} from './usage-error.js'

/** The one run that is under way here, where nobody named one; a document's, rather than that of its step. @throws UsageError */
export async function runUnderWay({claims, runs}: Stores, command: string): Promise<string> {
  const live = [...new Set((await claims.live()).map(({run}) => run))]
  const plans = await Promise.all(live.map(async (run) => ({run, ...(await runs.read(run)).plan})))
  const whole = plans.filter(({parent}) => !parent || !live.includes(parent.run))
  const [only] = whole
  if (only && whole.length === 1) return only.run
  throw new UsageError(
    only ? `${whole.length} runs are under way: say which` : 'no run is under way here',
    [],
    only ? whole.map(({run}) => `redeye ${command} ${run}`) : ['redeye runs list'],
  )
}
