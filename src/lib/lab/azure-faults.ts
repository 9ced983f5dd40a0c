import type {Answer} from './azure-answer.js'
import type {OperationScript} from './azure-operations.js'

/** Something that goes wrong with the next requests that match. */
export type Fault = {
  /** Of `METHOD /path`, a regular expression. */
  on: string
  /** How many requests; 1 unless said. */
  times?: number
  /** Instead of doing what was asked. */
  reply?: Answer
  /** Cuts the connection: before the request is looked at, or after it was carried out and before it is answered. */
  cut?: 'before' | 'after'
  /** How the operation ends that it starts. */
  operation?: OperationScript
  /** Added to the answer. */
  headers?: {[name: string]: string}
}

export interface Faults {
  add(fault: Fault): void
  take(request: string): Fault | undefined
  /** What was scripted and never happened. */
  unused(): string[]
  clear(): void
}

export function faults(): Faults {
  let waiting: {fault: Fault; left: number; pattern: RegExp}[] = []
  return {
    add(fault) {
      waiting.push({fault, left: fault.times ?? 1, pattern: new RegExp(fault.on)})
    },
    take(request) {
      const found = waiting.find(({left, pattern}) => left > 0 && pattern.test(request))
      if (found) found.left -= 1
      return found?.fault
    },
    unused: () => waiting.filter(({left}) => left > 0).map(({fault, left}) => `${fault.on} (${left} left)`),
    clear() {
      waiting = []
    },
  }
}
