import type {Event} from '../engine/event.js'
import {clean} from '../text/clean.js'
import {duration, roughly} from './duration.js'
import {exitCode} from './exit-codes.js'
import {type Paint, paint, stateColour} from './paint.js'
import {renderPlan} from './plan.js'
import {advance, isWideSomewhere, newProgress, type Progress, placeOf} from './progress.js'
import type {Renderer, Screen} from './renderer.js'
import {wideLog} from './wide-log.js'

/** Between two `saw` lines of one step. */
const SAW_MS = 1000
const SOAK_MS = 10_000
/** The plan is laid out for this many cells: a log has no width of its own. */
const PLAN_WIDTH = 100

interface Said {
  text: string
  at: number
}

/** For logs and pipes: one line per event with its time in UTC, of many targets only their counts; below that of the plan stands the plan. */
export function linesRenderer(screen: Pick<Screen, 'write' | 'now' | 'colour'>): Renderer {
  const progress = newProgress()
  const colours = paint(screen.colour)
  const said = new Map<string, Said>()
  const wide = wideLog()
  return {
    emit(event) {
      const now = screen.now()
      const time = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z')
      const {lines, itself} = wide.before(event, progress, now)
      advance(progress, event, now)
      if (isWideSomewhere(progress)) {
        for (const line of lines) screen.write(`${time} ${line}\n`)
        if (!itself) return
      }
      if (!worthSaying(event, said, now)) return
      screen.write(`${time} ${describe(event, progress, colours)}\n`)
      if (event.type === 'plan')
        screen.write(
          `${renderPlan(event, PLAN_WIDTH, colours)
            .map((line) => `  ${line}`.trimEnd())
            .join('\n')}\n`,
        )
    },
    close() {
      said.clear()
    },
  }
}

/** What is merely watched gets a line when it has changed, and not too often. */
function worthSaying(event: Event, said: Map<string, Said>, now: number): boolean {
  if (event.type === 'end') said.delete(event.result.step)
  if (event.type !== 'saw' && event.type !== 'soak') return true
  const key = event.type === 'saw' ? event.step : `soak ${event.stage}`
  const last = said.get(key)
  const silentMs = last ? now - last.at : Number.POSITIVE_INFINITY
  const changed = last?.text !== event.saw && silentMs >= SAW_MS
  if (!changed && !(event.type === 'soak' && silentMs >= SOAK_MS)) return false
  said.set(key, {text: event.saw, at: now})
  return true
}

function describe(event: Event, progress: Progress, colours: Paint): string {
  switch (event.type) {
    case 'plan':
      return `plan ${clean(event.view.title)}`
    case 'run':
      return `run ${event.run}: ${stepsOf(event.steps)}`
    case 'stage':
      return `stage ${clean(event.stage)}: ${clean(event.says)} (${stepsOf(event.steps)}, ${Math.min(event.width, event.steps)} at a time)`
    case 'start':
      return `${step(event, progress)} start ${clean(event.says)}`
    case 'saw': {
      const waited = `${roughly(event.waitedMs)} of ${roughly(event.patienceMs)}`
      return `${step({...event, undo: false}, progress)} waits ${waited}: ${clean(event.saw)}`
    }
    case 'end': {
      const {state, says, saw, ms} = event.result
      const seen = saw === '' ? '' : `: ${clean(saw)}`
      const place = step({step: event.result.step, undo: event.undo}, progress)
      return `${place} ${stateColour(colours, state)(state)} ${duration(ms)} ${clean(says)}${seen}`
    }
    case 'soak': {
      const seen = event.saw === '' ? '' : `: ${clean(event.saw)}`
      return `stage ${clean(event.stage)} watched, ${roughly(event.leftMs)} left${seen}`
    }
    case 'note':
      return `note ${clean(event.says)}`
    case 'interrupted':
      return `interrupted ${clean(event.says)}`
    case 'outcome': {
      const {verdict, says} = event.outcome
      return `outcome ${verdict} (exit ${exitCode(verdict)}): ${clean(says)}`
    }
  }
}

function stepsOf(count: number): string {
  return `${count} ${count === 1 ? 'step' : 'steps'}`
}

function step({step: id, undo}: {step: string; undo: boolean}, progress: Progress): string {
  return `${undo ? 'undo' : 'step'} ${placeOf(progress, id)}`
}
