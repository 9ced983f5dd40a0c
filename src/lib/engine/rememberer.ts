import type {Context} from './context.js'
import type {AnyStep, Remember} from './step.js'

/** A journal that cannot be written is no failure of the peer, whatever apply makes of it. */
export function rememberer(
  step: AnyStep,
  {record, ports}: Context,
): {remember: Remember; mustBeKept(): void} {
  let unwritten: unknown
  return {
    async remember(learned, says) {
      const noted = {kind: 'learned', step: step.id, learned, ...(says !== undefined && {says})} as const
      await record(noted).catch((error: unknown) => {
        unwritten = error
        throw error
      })
      if (says !== undefined) ports.emit({type: 'note', says, learned})
    },
    mustBeKept() {
      if (unwritten) throw unwritten
    },
  }
}
