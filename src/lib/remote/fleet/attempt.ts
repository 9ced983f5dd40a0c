import type {Command, CommandChannel, Outcome} from './channel.js'
import {commandStopped, notConnected} from './faults.js'
import type {Job} from './messages.js'
import type {Session} from './session.js'
import type {Stopper} from './stopper.js'
import type {ThreadTools} from './thread-tools.js'

export type Attempt = Outcome & {
  /** Nothing was done, and there is reason to believe that it goes better the next time. */
  again: boolean
}

export function commandOf(job: Job, {markSent}: ThreadTools): Command {
  const {command: text, stdin, keepBytes} = job
  return {text, ...(stdin && {stdin}), keepBytes, onSend: () => markSent(job.job)}
}

/** Waits for a command, within its limit. */
export async function follow(
  channel: CommandChannel,
  session: Session,
  job: Job,
  stopper: Stopper,
): Promise<Outcome> {
  stopper.enter(job.timeoutMs, (why) => {
    const {sent} = channel
    channel.giveUp(sent ? commandStopped(why, job.timeoutMs) : notConnected(why, job.timeoutMs, OPENS_NONE))
    // A channel that never opened cannot be closed.
    if (!sent) session.close()
  })
  const outcome = await channel.outcome
  stopper.leave()
  return outcome
}

const OPENS_NONE = 'signed in, but it did not open a session'

export function mayRepeat(outcome: Outcome, job: Job): boolean {
  return 'fault' in outcome && (!outcome.sent || job.repeatable)
}
