import {harmlessJson} from '../text/clean.js'
import type {Renderer, Screen} from './renderer.js'

/** For programs: every event as one JSON object on one line, with its `time` (ISO 8601, UTC). */
export function jsonLinesRenderer(screen: Pick<Screen, 'write' | 'now'>): Renderer {
  return {
    emit: (event) =>
      screen.write(`${harmlessJson({time: new Date(screen.now()).toISOString(), ...event})}\n`),
    close() {},
  }
}
