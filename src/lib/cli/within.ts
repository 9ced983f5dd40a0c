import type {Outcome} from '../engine/outcome.js'
import type {Request} from '../engine/request.js'
import type {AnyRunbook} from '../engine/runbook.js'
import type {ChangeFlags} from './flags.js'

/** What differs between starting a runbook, applying a plan, resuming and undoing. */
export type Asked = Pick<Request, 'input'> & Partial<Pick<Request, 'saved' | 'past' | 'takesBack'>>

/** What a command hands over to while it is a part of a document, instead of asking and printing by itself. */
export interface Within {
  perform(runbook: AnyRunbook, asked: Asked, flags: ChangeFlags): Promise<Outcome>
  /** It is about to contact a system, only to read. */
  reading(): void
  answered(outcome: Outcome): void
  show(lines: readonly string[]): void
}
