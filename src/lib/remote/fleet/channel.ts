import type {RemoteError} from '../fault.js'
import {deferred} from './deferred.js'
import {lost, noExec} from './faults.js'
import type {Output} from './messages.js'
import {keep} from './output.js'
import {type Stdin, stdinOf} from './stdin.js'
import type {Wire} from './wire.js'

const WINDOW = 256 * 1024
const LARGEST_PACKET = 32 * 1024

export type Command = {
  text: string
  /** What it reads. */
  stdin?: Uint8Array
  keepBytes: number
  /** Called right before it is handed to the connection. */
  onSend(): void
}

export type Outcome = {output: Output} | {fault: RemoteError; sent: boolean}

/** One command in its channel. The session feeds it with what the host says of it. */
export interface CommandChannel {
  outcome: Promise<Outcome>
  /** It was sent: from now on nobody can say that it did not run. */
  readonly sent: boolean
  /** The channel is open: sends the command, unless it was sent ahead to this very channel. */
  confirmed(remote: number, takes: {window: number; packetSize: number}): void
  /** The host takes so many more bytes of stdin. */
  mayHave(bytes: number): void
  refused(said: string): void
  data(kind: 'stdout' | 'stderr', data: Buffer): void
  ended(code: number | null, signal: string): void
  /** By the host; `close` is owed then. */
  closed(): void
  /** Says that we are done with it, once. */
  close(): void
  /** Its connection has ended. */
  fail(fault: RemoteError): void
  /** We no longer wait: the host is told, what it still says is dropped. */
  giveUp(fault: RemoteError): void
  /** The host wants an answer to something we do not know. */
  deny(): void
}

/**
 * Opens a channel for a command. @param ahead also sends the command, to the channel the host will open: the first one has
 * number 0 with OpenSSH, dropbear and Go alike, and where not, the command is sent again.
 */
export function openChannel(wire: Wire, id: number, command: Command, ahead: boolean): CommandChannel {
  const kept = keep(command.keepBytes)
  const {promise: outcome, resolve} = deferred<Outcome>()
  let remote: number | undefined
  let sent = false
  let over = false
  let told = false
  let unacknowledged = 0
  let stdin: Stdin | undefined
  let end: {code: number | null; signal: string} | undefined

  const finish = (how: Outcome) => {
    if (over) return
    over = true
    resolve(how)
  }
  const send = (to: number) => {
    sent = true
    command.onSend()
    wire.exec(to, command.text, true)
    // Without stdin what reads it sees its end.
    if (!command.stdin) wire.channelEOF(to)
  }
  const close = () => {
    if (remote === undefined || told) return
    told = true
    wire.channelClose(remote)
  }
  wire.session(id, WINDOW, LARGEST_PACKET)
  if (ahead) send(0)

  return {
    outcome,
    get sent() {
      return sent
    },
    confirmed(number, takes) {
      remote = number
      if (over) return close()
      if (!ahead || number !== 0) send(number)
      if (command.stdin) stdin = stdinOf(wire, number, command.stdin, takes)
    },
    mayHave(bytes) {
      if (!over && !told) stdin?.mayHave(bytes)
    },
    refused(said) {
      if (!over) close()
      finish({fault: noExec(said), sent: false})
    },
    data(kind, data) {
      // After we gave up, the window is left to run dry: the host cannot send for ever.
      if (over) return
      kept.add(kind, data)
      unacknowledged += data.length
      if (unacknowledged < WINDOW / 2 || remote === undefined) return
      wire.channelWindowAdjust(remote, unacknowledged)
      unacknowledged = 0
    },
    ended(code, signal) {
      end ??= {code, signal}
    },
    closed() {
      if (end !== undefined) finish({output: kept.finish(end.code, end.signal)})
      else finish({fault: lost('cut-off', 'the host closed the command without saying how it ended'), sent})
    },
    fail: (fault) => finish({fault, sent}),
    close,
    giveUp(fault) {
      close()
      finish({fault, sent})
    },
    deny() {
      if (remote !== undefined) wire.channelFailure(remote)
    },
  }
}
