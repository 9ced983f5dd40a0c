import {clean} from '../text/clean.js'
import {roughly} from './duration.js'
import {wideLines} from './live-wide.js'
import type {Paint} from './paint.js'
import {isWide, type Progress, type RunningStep} from './progress.js'
import {displayWidth, pad, truncate} from './width.js'

/** A stage with more in flight than this shows its slowest steps only. */
const MANY_IN_FLIGHT = 6
const SLOWEST = 2
/** Cells that cannot hold both a sentence and what was seen. */
const TOO_NARROW = 24

export interface Room {
  columns: number
  rows: number
}

/** The pinned area for now: at most `rows` lines of at most `columns` cells, the least needed ones left out. */
export function liveArea(
  progress: Progress,
  room: Room,
  now: number,
  colours: Paint,
  hint = hintText(progress),
): string[] {
  if (progress.over || progress.total === 0 || room.rows < 1) return []
  const status = colours.bold(truncate(statusText(progress, now), room.columns))
  const last = colours.dim(truncate(hint, room.columns))
  const fixed = room.rows >= 3 ? [status, last] : [status]
  const above = stageLines(progress, {...room, rows: room.rows - fixed.length}, now)
  const left = room.rows - fixed.length - above.length
  return [...above, ...running(progress, {...room, rows: left}, now), ...fixed]
}

/** Whole blocks, as far as they leave room for one line of what is in flight. */
function stageLines(progress: Progress, {columns, rows}: Room, now: number): string[] {
  const blocks = isWide(progress) ? wideLines(progress, columns, now) : [stageText(progress, columns)]
  const lines: string[] = []
  for (const block of blocks) if (lines.length + block.length < rows) lines.push(...block)
  return lines
}

/** What is in flight and what it waits for. */
function running(progress: Progress, room: Room, now: number): string[] {
  if (room.rows < 1) return []
  if (progress.soak && progress.running.size === 0) return [soakLine(progress.soak, room.columns, now)]
  const steps = [...head(progress.running.values(), MANY_IN_FLIGHT)]
  const many = progress.running.size > steps.length
  const shown = steps.slice(0, Math.min(many ? SLOWEST : steps.length, room.rows))
  const tall = shown.length * 2 <= room.rows && !many
  return shown.flatMap((step) => stepLines(step, room.columns, tall, now))
}

function* head<T>(values: Iterable<T>, count: number): Iterable<T> {
  let taken = 0
  for (const value of values) {
    if (taken++ >= count) return
    yield value
  }
}

/** `> says: saw   42s of 5m`; what was seen gets a line of its own where it does not fit and there is room. */
function stepLines(step: RunningStep, columns: number, tall: boolean, now: number): string[] {
  const time = timeText(step, now)
  const says = `> ${step.undo ? 'undo: ' : ''}${clean(step.says)}`
  const saw = step.wait ? clean(step.wait.saw) : ''
  const whole = saw === '' ? says : `${says}: ${saw}`
  const left = Math.max(1, columns - time.length - 2)
  if (saw === '' || displayWidth(whole) <= left) return [beside(whole, time, columns)]
  if (tall) return [beside(says, time, columns), truncate(`    ${saw}`, columns)]
  if (left < TOO_NARROW) return [beside(says, time, columns)]
  const half = Math.max(Math.ceil(left / 2), left - displayWidth(saw) - 2)
  return [beside(`${truncate(says, half)}: ${saw}`, time, columns)]
}

function beside(text: string, time: string, columns: number): string {
  const left = columns - time.length - 2
  return left < 8 ? truncate(text, columns) : `${pad(truncate(text, left), left)}  ${time}`
}

function timeText({wait, since}: RunningStep, now: number): string {
  return wait ? `${roughly(now - wait.began)} of ${roughly(wait.patienceMs)}` : roughly(now - since)
}

function soakLine({until, saw}: {until: number; saw: string}, columns: number, now: number): string {
  const text = `> watching before the next stage${saw === '' ? '' : `: ${clean(saw)}`}`
  return beside(text, `${roughly(until - now)} left`, columns)
}

function stageText({stage}: Progress, columns: number): string[] {
  if (!stage || stage.steps < 2) return []
  return [truncate(`${clean(stage.says)}: ${stage.ended} of ${stage.steps} done`, columns)]
}

function statusText({total, ended, began, interrupted}: Progress, now: number): string {
  const stopping = interrupted ? ', stopping' : ''
  return `${ended.size}/${total} steps${stopping}, running for ${roughly(now - began)}`
}

function hintText(progress: Progress): string {
  if (progress.interrupted) return 'Stopping after the current step; Ctrl-C again aborts now'
  return isWide(progress)
    ? 'Safe to Ctrl-C: yes; what is in flight ends, the rest can be resumed'
    : 'Ctrl-C stops after the current step'
}
