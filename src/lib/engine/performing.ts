import type {Guarded} from './guards.js'
import type {Json} from './json.js'
import type {Outcome} from './outcome.js'
import type {Plan} from './plan.js'
import type {Lease, Ports} from './ports.js'
import type {Request} from './request.js'
import type {AnyRunbook} from './runbook.js'

/** How a run ended, without what every outcome of it shares. */
export type Ended = Pick<Outcome, 'verdict' | 'says' | 'because' | 'next' | 'steps' | 'totals' | 'run'>

/** What is known so far; what is missing was not reached. */
export interface Performing {
  runbook: AnyRunbook
  systems: unknown
  request: Request
  ports: Ports
  run: string
  input: Json
  subject?: string
  lease?: Lease
  guarded?: Guarded
  plan?: Plan
  ids?: string[]
  /** The journal is open: from here on an error is no early end. */
  begun?: boolean
}
