import type {Host, Vm} from '../../../systems/vsphere/model.js'
import type {Reason} from './ground.js'

export interface Placement {
  /** In the order of execution. */
  moves: Planned[]
  unplaced: Unplaced[]
}

export interface Planned {
  vm: Vm
  to: Host
  /** Where it could go instead, if the server says no; null when it moves with others or nothing else fits. */
  next: Host | null
  /** Why there: the rule that narrowed the choice, or the load. */
  why: string
}

export interface Unplaced {
  vm: Vm
  /** What keeps it from each candidate. */
  reasons: {host: string; reason: Reason}[]
}
