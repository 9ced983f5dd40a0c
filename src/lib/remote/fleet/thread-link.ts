import {type Attempt, commandOf, follow, mayRepeat} from './attempt.js'
import {connectAndRun} from './connect-and-run.js'
import {packFault} from './fault-record.js'
import {calledOff} from './faults.js'
import type {Job, Result} from './messages.js'
import type {Session} from './session.js'
import type {Stopper} from './stopper.js'
import type {ThreadTools} from './thread-tools.js'

/** One host, in the thread that speaks to it. */
export interface ThreadLink {
  /** One command at a time. Never rejects. */
  run(job: Job, stopper: Stopper): Promise<Result>
  close(): void
}

/** Connects at the first command and keeps that connection; one that has ended is replaced before the next command. */
export function threadLink(tools: ThreadTools): ThreadLink {
  let session: Session | undefined
  let closed = false
  /** Found out here: what is sent ahead of an answer does not get through. */
  let lockStep = false

  const attempt = async (job: Job, stopper: Stopper): Promise<Attempt> => {
    if (stopper.calledOff || closed) return {fault: calledOff(), sent: false, again: false}
    if (session?.alive()) return again(session, job, stopper, tools)
    const host = {...job.host, lockStep: job.host.lockStep || lockStep}
    return connectAndRun(job, host, stopper, tools, (opened) => {
      session = opened
      if (closed) opened.close()
    })
  }
  return {
    async run(job, stopper) {
      try {
        let outcome = await attempt(job, stopper)
        if (outcome.again) {
          lockStep = true
          outcome = await attempt(job, stopper)
        }
        return {
          job: job.job,
          ...('output' in outcome ? {output: outcome.output} : {fault: packFault(outcome.fault)}),
          ...(lockStep && {lockStep}),
          ...(session?.phase === 'session' && session.newKey !== undefined && {newKey: session.newKey}),
        }
      } catch (error) {
        return {job: job.job, fault: packFault(error)}
      }
    },
    close() {
      closed = true
      session?.close()
    },
  }
}

/** A further command on a connection that stands. */
async function again(session: Session, job: Job, stopper: Stopper, tools: ThreadTools): Promise<Attempt> {
  const outcome = await follow(session.run(commandOf(job, tools)), session, job, stopper)
  return {...outcome, again: !session.alive() && !stopper.calledOff && mayRepeat(outcome, job)}
}
