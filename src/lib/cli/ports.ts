import {join} from 'node:path'
import type {Emit} from '../engine/event.js'
import type {Ports} from '../engine/ports.js'
import {paint} from '../report/paint.js'
import type {PlanEvent} from '../report/plan.js'
import {renderPlan} from '../report/plan.js'
import {helm} from '../steering/helm.js'
import {announcers} from './announcers.js'
import {asker} from './ask.js'
import {realClock} from './clock.js'
import type {Environment} from './environment.js'
import type {ChangeFlags} from './flags.js'
import {newRunId} from './run-id.js'
import {hasColour, type Progress, rendererFor, screenOf, widthOf} from './screen.js'
import {secrets} from './secrets.js'
import {catchSignals} from './signals.js'
import type {Stores} from './stores.js'

/** The engine's ports bound to this process, and what must be let go of afterwards. */
export interface Bound {
  ports: Ports
  /** The plan as it was shown, for `--json`. */
  planned(): PlanEvent | undefined
  close(): Promise<void>
}

export async function bindPorts(flags: ChangeFlags, at: Environment, kept: Stores): Promise<Bound> {
  const {stderr, stdout, stdin} = process
  const renderer = await rendererFor(progressOf(flags), screenOf(stderr, at.env), stderr.isTTY === true)
  let planned: PlanEvent | undefined
  const signals = catchSignals((says) => emit({type: 'interrupted', says}))
  const steered = helm((says) => note(says))
  const note = (says: string) => emit({type: 'note', says})

  const emit: Emit = (happened) => {
    const event = secrets.redactAll(happened)
    steered.show(event)
    if (event.type === 'plan') planned = event
    if (event.type === 'run') {
      signals.changing()
      // A run that cannot be steered is still a run.
      steered.listen(join(at.stateDir, 'runs', event.run)).catch((error: Error) => {
        note(`this run cannot be steered from elsewhere: ${error.message}`)
      })
    }
    // The plan of a dry run is its result, and results go to stdout.
    if (event.type === 'plan' && event.dryRun && !flags.json) stdout.write(planText(event, at))
    else if (event.type !== 'plan' || !(event.dryRun && flags.json)) renderer.emit(event)
  }
  const {present, confirm, failed} = asker(
    {yes: flags.yes, confirm: flags.confirm},
    {
      interactive: at.interactive,
      input: stdin,
      output: stderr,
      columns: () => widthOf(stderr),
      stopping: signals.stopping,
      pause: () => renderer.pause?.(),
      resume: () => renderer.resume?.(),
    },
  )
  return {
    ports: {
      clock: realClock,
      journals: kept.runs,
      locks: kept.locks,
      asker: {
        present,
        confirm,
        failed(question) {
          steered.show({type: 'note', says: 'its own terminal is asked what to do about a failure'})
          return failed(secrets.redactAll(question))
        },
      },
      emit,
      stopping: AbortSignal.any([signals.stopping, steered.stopping]),
      abort: signals.abort,
      steering: steered.steering,
      announcer: announcers(flags, at, note),
      newRunId: () => newRunId(realClock.now()),
    },
    planned: () => planned,
    async close() {
      renderer.close()
      signals.release()
      await steered.close()
    },
  }
}

function progressOf(flags: ChangeFlags): Progress {
  return flags['log-level'] === 'error' ? 'none' : flags.progress
}

function planText(event: PlanEvent, at: Environment): string {
  const lines = renderPlan(event, widthOf(process.stdout), paint(hasColour(process.stdout, at.env)))
  return secrets.redact(`${lines.join('\n')}\n\n`)
}
