import type {RemoteError} from '../fault.js'
import {keyType} from '../ssh/key-blob.js'
import {type Attempt, commandOf, follow, mayRepeat} from './attempt.js'
import {dial} from './dial-host.js'
import type {Phase} from './ended.js'
import {notConnected, unreachable} from './faults.js'
import {room} from './gate.js'
import type {HostSpec, Job} from './messages.js'
import {openSession, type Session} from './session.js'
import type {Stopper} from './stopper.js'
import type {ThreadTools} from './thread-tools.js'

/**
 * Connects, signs in and runs the first command.
 * @param opened gets the session before anything is said, so that it can be closed
 * @throws RemoteError when it came to no session
 */
export async function connectAndRun(
  job: Job,
  host: HostSpec,
  stopper: Stopper,
  tools: ThreadTools,
  opened: (session: Session) => void,
): Promise<Attempt> {
  const signers = await tools.signers()
  const {stream, whyGone} = await dial(host, job.connectTimeoutMs, stopper, tools)
  stream.on('error', () => {})
  await room(tools.handshakes, stopper).catch((error) => {
    stream.destroy()
    throw error
  })
  const session = openSession({
    library: tools.library,
    transport: stream,
    host,
    user: tools.user,
    signers,
    offer: tools.offer(host.pins.map((pin) => keyType(Buffer.from(pin, 'base64')) ?? '')),
    first: {...commandOf(job, tools), ahead: job.repeatable},
    ...(whyGone && {whyGone}),
  })
  opened(session)
  const fault = await signIn(session, job, stopper)
  tools.handshakes.leave()
  if (fault !== undefined) return {fault, sent: false, again: mayBeTooFast(session, host, fault)}
  const {first} = session
  if (first === undefined) throw unreachable('internal', 'the first command was not begun')
  const outcome = await follow(first, session, job, stopper)
  // Some refuse what they are asked before they have answered the sign-in, and not later.
  const early = !session.alive() || ('fault' in outcome && outcome.fault.class === 'no-exec')
  return {...outcome, again: early && !host.lockStep && !stopper.calledOff && mayRepeat(outcome, job)}
}

async function signIn(session: Session, job: Job, stopper: Stopper): Promise<RemoteError | undefined> {
  const limit = job.connectTimeoutMs
  stopper.enter(limit - stopper.spentMs(), (why) =>
    session.close(notConnected(why, limit, SILENT[session.phase])),
  )
  const fault = await session.signedIn.then(
    () => undefined,
    (error: RemoteError) => error,
  )
  stopper.leave()
  return fault
}

const SILENT: Readonly<Record<Phase, string>> = {
  greeting: 'it took the connection, but no SSH server answered',
  'key-exchange': 'it did not finish the key exchange',
  'sign-in': 'it did not answer the sign-in',
  session: 'it did not open a session',
}

/** It failed at what was sent ahead, and may take it one message at a time. */
function mayBeTooFast(session: Session, host: HostSpec, fault: RemoteError): boolean {
  const slow = fault.class === 'timeout' || fault.class === 'called-off'
  return session.phase === 'sign-in' && !host.lockStep && !session.definite && !slow
}
