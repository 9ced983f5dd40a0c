import {join} from 'node:path'
import type {Emit} from '../engine/event.js'
import type {Asker, Ports, Steering} from '../engine/ports.js'
import {paint} from '../report/paint.js'
import type {PlanEvent} from '../report/plan.js'
import {renderPlan} from '../report/plan.js'
import type {Renderer} from '../report/renderer.js'
import {helm} from '../steering/helm.js'
import {announcers} from './announcers.js'
import {asker, type Terminal} from './ask.js'
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

/** What a run is bound to instead of what the flags say. */
export interface Bindings {
  renderer?: Renderer
  ask?: (terminal: Terminal) => Asker
  /** Aborts when the run that this one is a part of is told to stop, and to end at once. */
  stopping?: AbortSignal
  abort?: AbortSignal
  run?: string
  /** The run that this one is a part of has a downtime for all of it. */
  silenced?: boolean
  /** How that run is steered: what holds for it holds for this one. */
  steering?: Steering
  /** Is told the run once it is on disk, before its first change. */
  began?: (run: string) => void
}

export async function bindPorts(
  flags: ChangeFlags,
  at: Environment,
  kept: Stores,
  instead: Bindings = {},
): Promise<Bound> {
  const {stderr, stdout, stdin} = process
  const renderer =
    instead.renderer ??
    (await rendererFor(progressOf(flags), screenOf(stderr, at.env), stderr.isTTY === true))
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
      instead.began?.(event.run)
      // A run that cannot be steered is still a run.
      steered.listen(join(at.stateDir, 'runs', event.run)).catch((error: Error) => {
        note(`this run cannot be steered from elsewhere: ${error.message}`)
      })
    }
    // The plan of a dry run is its result, and results go to stdout.
    if (event.type === 'plan' && event.dryRun && !flags.json && !instead.renderer)
      stdout.write(planText(event, at))
    else if (event.type !== 'plan' || !(event.dryRun && flags.json)) renderer.emit(event)
  }
  const terminal: Terminal = {
    interactive: at.interactive,
    input: stdin,
    output: stderr,
    columns: () => widthOf(stderr),
    stopping: either(signals.stopping, instead.stopping),
    pause: () => renderer.pause?.(),
    resume: () => renderer.resume?.(),
  }
  const {present, confirm, failed} =
    instead.ask?.(terminal) ?? asker({yes: flags.yes, confirm: flags.confirm}, terminal)
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
      stopping: either(AbortSignal.any([signals.stopping, steered.stopping]), instead.stopping),
      abort: either(signals.abort, instead.abort),
      steering: together(steered.steering, instead.steering),
      announcer: announcers(flags, at, note, instead.silenced),
      newRunId: () => instead.run ?? newRunId(realClock.now()),
    },
    planned: () => planned,
    async close() {
      renderer.close()
      signals.release()
      await steered.close()
    },
  }
}

/** Held by either; the width is the run's own before that of the whole. */
function together(own: Steering, whole: Steering | undefined): Steering {
  if (!whole) return own
  return {
    paused: () => own.paused() || whole.paused(),
    width: () => own.width() ?? whole.width(),
    onChange(changed) {
      const releases = [own.onChange(changed), whole.onChange(changed)]
      return () => {
        for (const release of releases) release()
      }
    },
  }
}

function either(signal: AbortSignal, other: AbortSignal | undefined): AbortSignal {
  return other ? AbortSignal.any([signal, other]) : signal
}

function progressOf(flags: ChangeFlags): Progress {
  return flags['log-level'] === 'error' ? 'none' : flags.progress
}

function planText(event: PlanEvent, at: Environment): string {
  const lines = renderPlan(event, widthOf(process.stdout), paint(hasColour(process.stdout, at.env)))
  return secrets.redact(`${lines.join('\n')}\n\n`)
}
