import type {Duplex} from 'node:stream'
import type {RemoteError} from '../fault.js'
import {type Command, type CommandChannel, openChannel} from './channel.js'
import {channelHandlers} from './channel-handlers.js'
import {deferred} from './deferred.js'
import {endedIn, type Phase} from './ended.js'
import {calledOff, lost, shown} from './faults.js'
import {checkHostKey} from './host-check.js'
import type {HostSpec} from './messages.js'
import {closeAfterWrites, outbox} from './outbox.js'
import {signInRefused, startSignIn} from './sign-in.js'
import type {Signer} from './signers.js'
import type {Wire, WireLibrary} from './wire.js'

export type Opening = {
  library: WireLibrary
  transport: Duplex
  host: HostSpec
  user: string
  signers: readonly Signer[]
  /** Of what to negotiate. */
  offer: unknown
  /** What to run first; `ahead`: together with the sign-in, since it may be sent again. */
  first: Command & {ahead: boolean}
  /** Why a connection through a bastion may have ended, when that is the bastion's doing. */
  whyGone?(): RemoteError | undefined
}

/** A connection to a host, from the first byte to the last. */
export interface Session {
  readonly phase: Phase
  /** False from the moment the connection is known to be gone. */
  alive(): boolean
  /** Resolves when signed in. @throws RemoteError `unreachable` or `refused` */
  signedIn: Promise<void>
  /** The first command; undefined before it was begun. */
  readonly first: CommandChannel | undefined
  run(command: Command): CommandChannel
  /** Ends it with this reason for what is still under way. */
  close(fault?: RemoteError): void
  /** The host has said no to the only key we have: another attempt would hear the same. */
  readonly definite: boolean
  /** The key of an unpinned host that was accepted: only of use when signed in. */
  readonly newKey: string | undefined
}

/**
 * Speaks SSH over a fresh transport: key exchange, host key check, sign-in and commands. Where the host is not known to take
 * one message at a time (`lockStep`), everything that needs no answer goes out in one flight.
 */
export function openSession(opening: Opening): Session {
  const {transport, host} = opening
  const channels = new Map<number, CommandChannel>()
  const {promise: signedIn, resolve, reject} = deferred<void>()
  signedIn.catch(() => {})
  let phase: Phase = 'greeting'
  let ended: RemoteError | undefined
  let refusal: RemoteError | undefined
  let newKey: string | undefined
  let first: CommandChannel | undefined
  let definite = false
  let software = ''
  let nextChannel = 0

  const end = (fault: RemoteError) => {
    if (ended !== undefined) return
    ended = fault
    reject(fault)
    for (const channel of channels.values())
      channel.fail(channel.sent ? lost('cut-off', fault.message) : fault)
    channels.clear()
    wire.cleanup()
  }
  const gone = (detail: string) => {
    if (ended === undefined) end(refusal ?? opening.whyGone?.() ?? endedIn(phase, detail))
  }

  /** An answer nobody waits for: it goes with what is said next. */
  const owed: CommandChannel[] = []
  const settle = () => {
    for (const channel of owed.splice(0)) channel.close()
  }
  const begin = (command: Command, ahead: boolean) => {
    settle()
    const id = nextChannel++
    const channel = openChannel(wire, id, command, ahead)
    channels.set(id, channel)
    return channel
  }
  const {handlers: signInHandlers, start: signIn} = startSignIn(opening, {
    sendAhead: () => {
      first = begin(opening.first, opening.first.ahead && heedsRequestsAhead(software))
    },
    done: () => {
      phase = 'session'
      first ??= begin(opening.first, false)
      resolve()
    },
    refused(fault) {
      refusal = fault
      definite = host.lockStep || opening.signers.length === 1
      transport.destroy()
      end(fault)
    },
  })

  const {write, flush} = outbox(transport)
  const wire: Wire = opening.library.open({
    offer: opening.offer,
    onWrite: write,
    onHeader: ({versions}) => {
      phase = 'key-exchange'
      software = versions.software
    },
    onError: (error) => {
      gone(error.message)
      flush()
      transport.destroy()
    },
    hostVerifier(blob, decide) {
      const verdict = checkHostKey(host, blob)
      if (verdict.trusted) newKey = verdict.newKey
      else refusal = verdict.fault
      decide(verdict.trusted)
    },
    onHandshakeComplete: () => {
      if (phase !== 'key-exchange') return
      phase = 'sign-in'
      signIn(wire)
    },
    messageHandlers: {
      ...channelHandlers(channels, (channel) => owed.push(channel)),
      ...signInHandlers,
      DISCONNECT: (_, reason, says) => {
        if (phase === 'sign-in')
          refusal ??= signInRefused(opening, `it said: ${shown(says || String(reason))}`)
        gone(`it said: ${shown(says || String(reason))}`)
        transport.destroy()
      },
    },
  })
  transport.on('data', (chunk: Buffer) => {
    if (ended !== undefined) return
    try {
      wire.parse(chunk, 0, chunk.length)
    } catch (error) {
      gone((error as Error).message)
      transport.destroy()
    }
  })
  transport.on('error', (error: Error) => gone(error.message))
  transport.on('end', () => gone('the connection was closed'))
  transport.on('close', () => gone('the connection was closed'))
  wire.start()

  return {
    signedIn,
    get phase() {
      return phase
    },
    get first() {
      return first
    },
    get definite() {
      return definite
    },
    get newKey() {
      return newKey
    },
    alive: () => ended === undefined && transport.writable,
    run: (command) => begin(command, false),
    close(fault) {
      if (ended === undefined && phase === 'session') {
        settle()
        wire.disconnect(BY_APPLICATION)
      }
      if (ended === undefined) end(fault ?? calledOff())
      flush()
      closeAfterWrites(transport)
    },
  }
}

/**
 * Takes a request for a channel whose opening it has not confirmed yet. Servers on Go's x/crypto/ssh drop it without a word;
 * these two work through what they get in its order.
 */
function heedsRequestsAhead(software: string): boolean {
  return /^(OpenSSH_|dropbear_)/.test(software)
}

/** RFC 4253, 11.1. */
const BY_APPLICATION = 11
