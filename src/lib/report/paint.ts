import {Chalk, type ChalkInstance} from 'chalk'
import type {State} from '../engine/state.js'
import {isBad} from './states.js'

export type Paint = ChalkInstance

/** Colours, or the same functions doing nothing: whether to colour is decided by the caller, never detected. */
export function paint(colour: boolean): Paint {
  return new Chalk({level: colour ? 1 : 0})
}

export function stateColour(colours: Paint, state: State): Paint {
  if (state === 'changed' || state === 'already') return colours.green
  return isBad(state) ? colours.red : colours.yellow
}
