import {join} from 'node:path'
import type {Event} from '../engine/event.js'
import {exitCode} from '../report/exit-codes.js'
import {NobodyAtTheHelm} from '../steering/ask.js'
import {watch} from '../steering/watch.js'
import type {Environment} from './environment.js'
import {finish} from './finish.js'
import type {ChangeFlags} from './flags.js'
import {findRun} from './past-run.js'
import {runUnderWay} from './run-under-way.js'
import {rendererFor, screenOf} from './screen.js'
import {stores} from './stores.js'
import {UsageError} from './usage-error.js'

const HINT = 'Ctrl-C ends the watching, not the run'

/** Shows what a running run shows (the only one there is, where none is named), until it ends or somebody presses Ctrl-C; the run does not notice. */
export async function tailRun(
  text: string | undefined,
  flags: Pick<ChangeFlags, 'json' | 'progress'>,
  at: Environment,
): Promise<void> {
  const kept = await stores(at)
  const {run} = await findRun(kept.runs, text ?? (await runUnderWay(kept, 'runs tail')))
  const leaving = new AbortController()
  const leave = () => leaving.abort()
  process.on('SIGINT', leave)
  try {
    await show(run, flags, at, leaving.signal)
  } catch (error) {
    if (!(error instanceof NobodyAtTheHelm)) throw error
    throw new UsageError(
      `run ${run} cannot be watched: ${error.message}`,
      [],
      [`redeye runs show ${run}`, 'redeye runs list'],
    )
  } finally {
    process.off('SIGINT', leave)
  }
}

async function show(
  run: string,
  flags: Pick<ChangeFlags, 'json' | 'progress'>,
  at: Environment,
  leaving: AbortSignal,
): Promise<void> {
  const {stderr} = process
  let shownAt: number | undefined
  // What is shown again happened then, and not now.
  const screen = {...screenOf(stderr, at.env), now: () => shownAt ?? Date.now(), hint: HINT}
  const renderer = await rendererFor(flags.progress, screen, stderr.isTTY === true)
  stderr.write(`watching run ${run}; ${HINT}\n`)
  let last: Event | undefined
  try {
    for await (const {at: when, event} of watch(
      join(at.stateDir, 'runs', run),
      `${at.user}@${at.host}, pid ${at.pid}`,
      leaving,
    )) {
      shownAt = when
      renderer.emit(event)
      shownAt = undefined
      last = event
    }
  } finally {
    renderer.close()
  }
  if (last?.type === 'outcome') finish(last.outcome, flags.json)
  else if (!leaving.aborted) gone(run)
}

function gone(run: string): void {
  process.stderr.write(`run ${run} is gone without an end: see redeye runs show ${run}\n`)
  process.exitCode = exitCode('unreachable')
}
