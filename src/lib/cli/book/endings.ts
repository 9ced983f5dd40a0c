import {CommandEnded} from '../../book/runbook.js'
import type {Outcome} from '../../engine/outcome.js'
import type {Declined} from './ask.js'

/** @throws CommandEnded unless the command did what it should, or its own run tells how far it came */
export function mustBeDone({verdict, says, because, run}: Outcome, declined: Declined): void {
  // The command has shown all of its evidence: the first piece stands for it.
  const message = [says, ...because.slice(0, 1)].join('; ')
  switch (verdict) {
    case 'done':
    case 'nothing':
    case 'tolerated':
    case 'healthy':
    case 'planned':
    case 'partial':
    case 'undo-failed':
      return
    case 'interrupted':
      throw new CommandEnded(`run ${run} was interrupted, and goes on when this run is resumed`, {
        wants: 'stop',
      })
    case 'declined':
      throw new CommandEnded(says, {untouched: true, wants: declined})
    case 'unreachable':
      throw new CommandEnded(message, {untouched: true, fault: 'unreachable'})
    case 'refused':
      throw new CommandEnded(message, {untouched: true, class: 'guard'})
    default:
      throw new CommandEnded(message, {untouched: true, class: verdict})
  }
}
