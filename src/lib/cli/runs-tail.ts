import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import type {Event} from '../engine/event.js'
import type {Outcome} from '../engine/outcome.js'
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

interface Watching {
  flags: Pick<ChangeFlags, 'json' | 'progress'>
  at: Environment
  leaving: AbortSignal
}

/** Shows what a running run shows (the only one, where none is named) until it ends, or Ctrl-C; the run does not notice. */
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
    process.stderr.write(`watching run ${run}; ${HINT}\n`)
    const outcome = await follow(run, {flags, at, leaving: leaving.signal})
    if (outcome) finish(outcome, flags.json)
    else if (!leaving.signal.aborted) gone(run)
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

/** Of a document the runs of its steps too, each while it is under way. @returns how it ended, where it has */
async function follow(run: string, {flags, at, leaving}: Watching): Promise<Outcome | undefined> {
  const {stderr} = process
  let shownAt: number | undefined
  // What is shown again happened then, and not now.
  const screen = {...screenOf(stderr, at.env), now: () => shownAt ?? Date.now(), hint: HINT}
  const renderer = await rendererFor(flags.progress, screen, stderr.isTTY === true)
  let outcome: Outcome | undefined
  try {
    for await (const {at: when, event} of watch(
      join(at.stateDir, 'runs', run),
      `${at.user}@${at.host}, pid ${at.pid}`,
      leaving,
    )) {
      shownAt = when
      renderer.emit(event)
      shownAt = undefined
      if (event.type === 'outcome') outcome = event.outcome
      const child = runOf(event)
      if (child === undefined) continue
      renderer.pause?.()
      await followStep(child, Date.now() - when < FRESH_MS, {flags, at, leaving})
      renderer.resume?.()
    }
  } finally {
    renderer.close()
  }
  return outcome
}

/** A step that has just begun its run may be heard before that run can be. */
const FRESH_MS = 2000
const AGAIN_MS = 50

async function followStep(run: string, fresh: boolean, watching: Watching): Promise<void> {
  const until = Date.now() + (fresh ? FRESH_MS : 0)
  for (;;)
    try {
      return void (await follow(run, watching))
    } catch (error) {
      if (!(error instanceof NobodyAtTheHelm)) throw error
      if (Date.now() >= until || watching.leaving.aborted) return
      await sleep(AGAIN_MS)
    }
}

/** The run that a step of a document has begun. */
function runOf(event: Event): string | undefined {
  if (event.type !== 'note' || typeof event.learned !== 'object') return undefined
  const {run} = event.learned as {run?: unknown}
  return typeof run === 'string' ? run : undefined
}

function gone(run: string): void {
  process.stderr.write(`run ${run} is gone without an end: see redeye runs show ${run}\n`)
  process.exitCode = exitCode('unreachable')
}
