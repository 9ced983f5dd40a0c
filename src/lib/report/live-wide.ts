import {clean} from '../text/clean.js'
import {roughly} from './duration.js'
import type {Progress, RunningStage} from './progress.js'
import {countsText} from './states.js'
import {displayWidth, pad, truncate} from './width.js'

/** Waves that are shown around the one that runs. */
const WAVES = 6
const TROUBLES = 5
const BAR = 20
/** A bar, a name and counts need so many cells. */
const ROOM_FOR_A_BAR = 60

/** A stage with many targets: a bar for each wave, the pace, and what went wrong most. The most needed lines first. */
export function wideLines(progress: Progress, columns: number, now: number): string[][] {
  const {stage} = progress
  if (!stage) return []
  return [
    waves(progress, stage, columns),
    [paceText(progress, stage, now)],
    progress.troubles
      .largest(TROUBLES)
      .map(({what, count, example, message}) =>
        clean(`${what} ${count}${count === 1 ? ` ${example}` : ''}: ${message}`),
      ),
  ].map((lines) => lines.map((line) => truncate(line, columns)))
}

function waves({stages}: Progress, stage: RunningStage, columns: number): string[] {
  const at = stages.indexOf(stage)
  const from = Math.max(0, Math.min(at - WAVES + 3, stages.length - WAVES))
  const shown = stages.slice(from, from + WAVES)
  const names = Math.max(...shown.map(({says}) => displayWidth(clean(says))))
  const digits = Math.max(...shown.map(({steps}) => String(steps).length))
  return shown.map((one) => {
    const bar = columns >= ROOM_FOR_A_BAR ? `${barOf(one)} ` : ''
    const done = `${String(one.ended).padStart(digits)}/${String(one.steps).padEnd(digits)}`
    return `${pad(clean(one.says), names)} ${bar}${done} ${countsText(one.counts)}`.trimEnd()
  })
}

function barOf({ended, steps}: RunningStage): string {
  const full = steps === 0 ? 0 : Math.floor((ended / steps) * BAR)
  return `[${'#'.repeat(full)}${'.'.repeat(BAR - full)}]`
}

/** How fast this stage goes, and how long it would take on like this; the watching after it not counted. */
function paceText({running}: Progress, {began, ended, steps}: RunningStage, now: number): string {
  const inFlight = `in flight ${running.size}, waiting ${Math.max(0, steps - ended - running.size)}`
  const seconds = (now - began) / 1000
  if (ended === 0 || seconds <= 0) return inFlight
  const rate = ended / seconds
  const pace = rate >= 1 ? `${Math.round(rate)}/s` : `${Math.round(rate * 60)}/min`
  const left = ended < steps ? `, about ${roughly(((steps - ended) / rate) * 1000)} left of this wave` : ''
  return `${inFlight}, ${pace}${left}`
}
