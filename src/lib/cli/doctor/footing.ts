import type {Finding} from '../../engine/runbook.js'
import type {Loaded} from '../../inventory/load.js'
import type {Environment} from '../environment.js'
import {inventoryOf} from '../inventory.js'

/** What all questions stand on. */
export interface Footing {
  at: Environment
  version: string
  /** No request leaves this machine. */
  offline: boolean
  /** Absent where there is none that can be used. */
  loaded?: Loaded
  /** Why there is none. */
  problem?: Error
}

/** Answers of one group. Never changes anything; what would mend it stands in `clear`, a command a line. */
export type Question = (footing: Footing) => Promise<Finding[]>

export async function footingOf(
  explicit: string | undefined,
  given: Pick<Footing, 'at' | 'version' | 'offline'>,
): Promise<Footing> {
  try {
    return {...given, loaded: await inventoryOf(explicit, given.at)}
  } catch (error) {
    return {...given, problem: error as Error}
  }
}

export const pass = (id: string, saw: string): Finding => ({id, level: 'pass', saw})
export const warn = (id: string, saw: string, clear?: string): Finding => ({
  id,
  level: 'warn',
  saw,
  ...(clear !== undefined && {clear}),
})
export const refuse = (id: string, saw: string, clear?: string): Finding => ({
  ...warn(id, saw, clear),
  level: 'refuse',
})
