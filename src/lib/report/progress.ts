import type {Event} from '../engine/event.js'
import type {State, StepResult} from '../engine/state.js'
import {type Counts, noCounts} from './states.js'
import {type Troubles, trouble} from './troubles.js'

/** Where a run stands, as far as its events told. Times are milliseconds. */
export interface Progress {
  /** Steps of the whole run; 0 before it began. */
  total: number
  began: number
  /** How each step last ended. */
  ended: Map<string, State>
  places: Map<string, number>
  /** As planned; those that were not planned, in the order in which they began. */
  stages: RunningStage[]
  stage: RunningStage | undefined
  /** In the order in which they were started: the slowest first. */
  running: Map<string, RunningStep>
  troubles: Troubles
  soak: {until: number; saw: string} | undefined
  interrupted: boolean
  over: boolean
}

export interface RunningStage {
  id: string
  says: string
  steps: number
  width: number
  /** 0 before it began. */
  began: number
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
    stages: [],
    stage: undefined,
    running: new Map(),
    troubles: trouble(),
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
      progress.stages = event.stages.map(({id, says, steps, width}) =>
        notBegun({id, says, steps: steps.length, width}),
      )
      return
    case 'run':
      progress.total = event.steps
      progress.began = now
      return
    case 'stage':
      begin(progress, event, now)
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
      end(progress, event.result, event.undo)
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

function notBegun(stage: Pick<RunningStage, 'id' | 'says' | 'steps' | 'width'>): RunningStage {
  return {...stage, began: 0, ended: 0, counts: noCounts()}
}

/** A resumed run has fewer steps in a stage than were planned: the event counts. */
function begin(progress: Progress, event: Extract<Event, {type: 'stage'}>, now: number): void {
  const {stage: id, says, steps, width} = event
  const stage = {...notBegun({id, says, steps, width}), began: now}
  const at = progress.stages.findIndex((one) => one.id === id)
  if (at < 0) progress.stages.push(stage)
  else progress.stages[at] = stage
  progress.stage = stage
  progress.soak = undefined
}

/** A step that is tried again ends again: the last end counts. */
function end(progress: Progress, result: StepResult, undo: boolean): void {
  const {step, state} = result
  const before = progress.ended.get(step)
  progress.running.delete(step)
  progress.ended.set(step, state)
  progress.troubles.count(result)
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

/** A stage with more in flight, or more steps, is told by counts and not step by step. */
const MANY_IN_FLIGHT = 6
const MANY_STEPS = 50

/** Too many steps for a line each: in the stage, or, while things are put back, in the run. */
export function isWide({stage, total}: Progress): boolean {
  return stage ? wide(stage) : total > MANY_STEPS
}

/** Whether any stage of the run is: then none of them is told step by step. */
export function isWideSomewhere({stages}: Progress): boolean {
  return stages.some(wide)
}

function wide({steps, width}: RunningStage): boolean {
  return steps > MANY_STEPS || Math.min(width, steps) > MANY_IN_FLIGHT
}
