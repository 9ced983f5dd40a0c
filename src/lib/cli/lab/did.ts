import {UNDO_ID} from '../../engine/undo-run.js'
import type {Recorded, RunStore} from '../../journal/store.js'
import type {Environment} from '../environment.js'
import {summarize} from '../run-summary.js'
import {stores} from '../stores.js'

/** A run of the operator, as the score tells it. Times are milliseconds since 1970. */
export interface Did {
  run: string
  /** `redis force-failover slot 0`. */
  command: string
  /** As `runs list` has it. */
  state: string
  beganAt: number
  /** Of the first and last step that was begun; absent when none was. */
  changedAt?: {first: number; last: number}
  overrides: string[]
}

/** Runs on this system that began in this time, oldest first. What only reads, or was refused, has no journal. */
export async function didIn(system: string, from: number, to: number, at: Environment): Promise<Did[]> {
  const {runs, claims} = await stores(at)
  const read = await Promise.all((await runs.ids()).map((run) => runs.read(run).catch(() => undefined)))
  const all = read.filter((one) => one !== undefined)
  const live = await claims.live()
  const dids: Did[] = []
  for (const one of all) {
    const beganAt = beginOf(one)
    if (beganAt < from || beganAt > to || (await systemOf(runs, one)) !== system) continue
    const {runbook, subject, state} = await summarize(runs, one, live, all)
    const command = `${runbook.replaceAll('.', ' ')} ${subject}`
    const {overrides} = one.plan
    dids.push({run: one.run, command, state, beganAt, overrides, ...changesOf(one)})
  }
  return dids.sort((a, b) => a.beganAt - b.beganAt)
}

function beginOf({plan, lines}: Recorded): number {
  return Date.parse(lines[0]?.at ?? plan.madeAt)
}

function changesOf({lines}: Recorded): Pick<Did, 'changedAt'> {
  const times = lines
    .filter(({kind}) => kind === 'applying' || kind === 'undoing')
    .map((line) => Date.parse(line.at))
  const [first] = times
  const last = times.at(-1)
  return first === undefined || last === undefined ? {} : {changedAt: {first, last}}
}

/** An undo belongs to the system of the run that it takes back. */
async function systemOf(runs: RunStore, {plan}: Recorded): Promise<string> {
  if (plan.runbook !== UNDO_ID) return plan.runbook.split('.')[0] ?? ''
  const {run = ''} = plan.input as {run?: string}
  return await runs.read(run).then(
    (past) => past.plan.runbook.split('.')[0] ?? '',
    () => '',
  )
}
