import type {Finding} from '../../engine/runbook.js'
import {JournalDamaged} from '../../journal/line.js'
import {NoSuchRun, type Recorded} from '../../journal/store.js'
import {realClock} from '../clock.js'
import {type RunSummary, summarize} from '../run-summary.js'
import {UNFINISHED} from '../runs-list.js'
import {stores} from '../stores.js'
import {waysOn} from '../ways-on.js'
import {pass, type Question, refuse, warn} from './footing.js'

const FUTURE_MS = 60_000
/** States in which nobody has decided yet how it ends. */
const OPEN = ['killed', 'interrupted', 'undo-failed']

/** Runs that somebody has to end, and journals that cannot be read. */
export const runs: Question = async ({at}) => {
  const {runs: store, claims} = await stores(at)
  const live = (await claims.all()).flatMap(({claim, alive}) => (alive ? [claim] : []))
  const recorded: Recorded[] = []
  const damaged: Finding[] = []
  const ids = await store.ids()
  for (const run of ids)
    await store.read(run).then(
      (one) => recorded.push(one),
      (error: Error) => damaged.push(unreadable(error, `${at.stateDir}/runs/${run}`)),
    )
  const all = await Promise.all(
    recorded.map(async (one) => ({recorded: one, summary: await summarize(store, one, live, recorded)})),
  )
  const unfinished = all.filter(({summary}) => UNFINISHED.includes(summary.state) && summary.undoneBy === '')
  const open = new Set(unfinished.map(({summary}) => summary.run))
  // Whoever goes on with a document goes on with the runs of its steps.
  const whole = unfinished.filter(({summary}) => !open.has(summary.parent))
  return [
    ...damaged,
    ...(await Promise.all(
      whole.map(async ({recorded: one, summary}) => openRun(summary, await waysOn(store, one, summary))),
    )),
    ...recorded.flatMap(fromTheFuture),
    pass('journals', `${recorded.length} of ${ids.length} runs can be read back`),
  ]
}

function unreadable(error: Error, dir: string): Finding {
  if (error instanceof NoSuchRun)
    return warn('empty', `${dir} has no plan: that run was killed before its first change`, `rm -r ${dir}`)
  const at = error instanceof JournalDamaged ? `${error.file}, line ${error.line}` : dir
  const why = error.message.replace(`${at}: `, '')
  return refuse('damaged', `${at}: ${why}`, `mv ${dir} ${dir.replace(/\/runs\/([^/]+)$/, '/damaged-$1')}`)
}

function openRun({run, runbook, subject, state, says, by}: RunSummary, ways: readonly string[]): Finding {
  const what = `run ${run} (${runbook.replaceAll('.', ' ')} ${subject}) of ${by}`
  if (state === 'running') return pass('running', `${what} is under way`)
  const saw = `${what} is ${state}: ${says}`
  const clear = ways.length > 0 ? ways.join('\n') : `redeye runs show ${run}`
  return OPEN.includes(state) ? refuse('unfinished', saw, clear) : warn('unfinished', saw, clear)
}

/** Either the clock was wrong then, or it is now. */
function fromTheFuture({run, lines}: Recorded): Finding[] {
  const last = lines.at(-1)?.at
  if (last === undefined || Date.parse(last) <= realClock.now() + FUTURE_MS) return []
  return [
    refuse('future', `run ${run} was journalled at ${last}, which is still to come`, 'date -u; timedatectl'),
  ]
}
