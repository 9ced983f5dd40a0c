import type {Json} from '../../engine/json.js'
import type {Environment} from '../environment.js'

/** What a lab command prints. */
export interface Said {
  lines: string[]
  json: Json
}

export function machine(at: Environment) {
  return {path: at.env.PATH ?? '', root: at.uid === 0}
}
