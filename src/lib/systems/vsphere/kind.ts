import type {Becomes, Fields} from './shape.js'

/** A type of managed objects and the properties that are read of it, as leaf paths: nothing else is asked for. */
export interface Kind<F extends Fields = Fields> {
  type: string
  properties: F
}

/** One object as it was read. What is unset is absent. */
export type Found<K extends Kind> = {ref: string; type: string} & {
  [P in keyof K['properties']]?: Becomes<K['properties'][P]>
}

export function kind<F extends Fields>(type: string, properties: F): Kind<F> {
  return {type, properties}
}
