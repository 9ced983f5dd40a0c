import type {Event} from '../engine/event.js'
import type {State} from '../engine/state.js'
import {type Counts, noCounts} from './states.js'

/** Where a run stands, as far as its events told. Times are milliseconds. */
export interface Progress {
  /** Steps of the whole run; 0 before it began. */
  total: number
  began: number
  /** How each step last ended. */
  ended: Map<string, State>
  places: Map<string, number>
  stage: RunningStage | undefined
  /** In the order in which they were started: the slowest first. */
  running: Map<string, RunningStep>
  soak: {until: number; saw: string} | undefined
  interrupted: boolean
  over: boolean
}

export interface RunningStage {
  says: string
  steps: number
  width: number
  ended: number
  counts: Counts
}

export interface RunningStep {
  says: string
  undo: boolean
  since: number
  wait?: {saw: string; began: number; patienceMs: number}
}

export function newProgress(): Progress {
  return {
    total: 0,
    began: 0,
    ended: new Map(),
    places: new Map(),
    stage: undefined,
    running: new Map(),
    soak: undefined,
    interrupted: false,
    over: false,
  }
}

/** Takes one event into account. */
export function advance(progress: Progress, event: Event, now: number): void {
  switch (event.type) {
    case 'plan':
      progress.places = new Map(event.plan.steps.map((step, at) => [step, at + 1]))
      return
    case 'run':
      progress.total = event.steps
      progress.began = now
      return
    case 'stage':
      progress.stage = {
        says: event.says,
        steps: event.steps,
        width: event.width,
        ended: 0,
        counts: noCounts(),
      }
      progress.soak = undefined
      return
    case 'start':
      progress.running.set(event.step, {says: event.says, undo: event.undo, since: now})
      return
    case 'saw': {
      const step = progress.running.get(event.step)
      if (step) step.wait = {saw: event.saw, began: now - event.waitedMs, patienceMs: event.patienceMs}
      return
    }
    case 'end':
      end(progress, event.result.step, event.result.state, event.undo)
      return
    case 'soak':
      progress.soak = {until: now + event.leftMs, saw: event.saw}
      return
    case 'interrupted':
      progress.interrupted = true
      return
    case 'outcome':
      progress.over = true
  }
}

/** A step that is tried again ends again: the last end counts. */
function end(progress: Progress, step: string, state: State, undo: boolean): void {
  const before = progress.ended.get(step)
  progress.running.delete(step)
  progress.ended.set(step, state)
  if (undo) progress.stage = undefined
  const {stage} = progress
  if (!stage) return
  stage.counts[state] += 1
  if (before === undefined) stage.ended += 1
  else stage.counts[before] -= 1
}

/** `3/12`: the step's place in the plan, or in the order in which steps were first heard of. */
export function placeOf(progress: Progress, step: string): string {
  const place = progress.places.get(step) ?? progress.places.size + 1
  progress.places.set(step, place)
  return progress.total > 0 ? `${place}/${progress.total}` : String(place)
}
