import type {Renderer, Screen} from '../report/renderer.js'
import {secrets} from './secrets.js'

export type Progress = 'auto' | 'live' | 'lines' | 'json' | 'none'

/** A stream as renderers see it. */
export function screenOf(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Screen {
  return {
    write: (text) => void stream.write(text),
    columns: () => stream.columns ?? 0,
    rows: () => stream.rows ?? 0,
    now: () => Date.now(),
    onResize(changed) {
      stream.on('resize', changed)
      return () => void stream.off('resize', changed)
    },
    colour: hasColour(stream, env),
  }
}

/** NO_COLOR wins over FORCE_COLOR (no-color.org); without either, a terminal has colour. */
export function hasColour(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false'
  return stream.isTTY === true && env.TERM !== 'dumb'
}

/** The width for text that is not redrawn: the terminal's, or 80 in a pipe. */
export function widthOf(stream: NodeJS.WriteStream): number {
  return Math.max(40, Math.min(stream.columns || 80, 120))
}

export async function rendererFor(progress: Progress, screen: Screen, terminal: boolean): Promise<Renderer> {
  const kind = progress === 'auto' ? (terminal ? 'live' : 'lines') : progress
  const text: Screen = {...screen, write: (shown) => screen.write(secrets.redact(shown))}
  if (kind === 'live') return (await import('../report/live.js')).liveRenderer(text)
  if (kind === 'lines') return (await import('../report/lines.js')).linesRenderer(text)
  if (kind === 'json') return (await import('../report/json-lines.js')).jsonLinesRenderer(screen)
  return {emit: () => {}, close: () => {}}
}
