import type {Verdict} from './outcome.js'

/** A run that ends before its first change. Caught in one place and turned into the outcome. */
export class EarlyEnd extends Error {
  override name = 'EarlyEnd'
  constructor(
    readonly verdict: Verdict,
    readonly says: string,
    readonly because: string[] = [],
    readonly next: string[] = [],
  ) {
    super(says)
  }
}
