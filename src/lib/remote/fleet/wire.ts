import {createRequire} from 'node:module'
import type {ParsedKey} from 'ssh2'

/**
 * The protocol engine of ssh2 (1.17) without its client: packets, key exchange, ciphers. The client of ssh2 asks one thing
 * at a time, with two streams per channel; here every message is ours to send, so that all that can be sent ahead is, in one
 * write. Only what is used is declared.
 */
export interface Wire {
  start(): void
  parse(chunk: Buffer, from: number, to: number): void
  service(name: 'ssh-userauth'): void
  /** `sign` gets what to sign and a function for the raw signature. */
  authPK(
    user: string,
    key: ParsedKey,
    algorithm: string | undefined,
    sign: (data: Buffer, done: (signature: Buffer) => void) => void,
  ): void
  session(channel: number, window: number, packet: number): void
  exec(remote: number, command: string, wantReply: boolean): void
  channelData(remote: number, data: Buffer): void
  channelEOF(remote: number): void
  channelClose(remote: number): void
  channelWindowAdjust(remote: number, bytes: number): void
  channelFailure(remote: number): void
  channelOpenFail(remote: number, reason: number, description: string): void
  requestFailure(): void
  disconnect(reason: number): void
  cleanup(): void
}

export type OpenConfirmation = {recipient: number; sender: number; window: number; packetSize: number}

/** What the engine calls; the first argument is always itself. */
export type WireHandlers = {
  DISCONNECT(wire: Wire, reason: number, description: string): void
  SERVICE_ACCEPT(wire: Wire, name: string): void
  USERAUTH_SUCCESS(wire: Wire): void
  USERAUTH_FAILURE(wire: Wire, methods: string[], partial: boolean): void
  GLOBAL_REQUEST(wire: Wire, name: string, wantReply: boolean): void
  CHANNEL_OPEN(wire: Wire, info: {sender: number}): void
  CHANNEL_OPEN_CONFIRMATION(wire: Wire, info: OpenConfirmation): void
  CHANNEL_OPEN_FAILURE(wire: Wire, channel: number, reason: number, description: string): void
  CHANNEL_WINDOW_ADJUST(wire: Wire, channel: number, bytes: number): void
  CHANNEL_DATA(wire: Wire, channel: number, data: Buffer): void
  CHANNEL_EXTENDED_DATA(wire: Wire, channel: number, data: Buffer, type: number): void
  CHANNEL_SUCCESS(wire: Wire, channel: number): void
  CHANNEL_FAILURE(wire: Wire, channel: number): void
  CHANNEL_REQUEST(
    wire: Wire,
    channel: number,
    type: string,
    wantReply: boolean,
    data: number | {signal: string},
  ): void
  CHANNEL_CLOSE(wire: Wire, channel: number): void
}

export type WireSettings = {
  /** Made by `offer`. */
  offer: unknown
  onWrite(data: Buffer): void
  /** After it the wire is dead. */
  onError(error: Error & {level?: string}): void
  onHeader(header: {versions: {software: string}}): void
  /** After the first key exchange and after every other. */
  onHandshakeComplete(): void
  hostVerifier(blob: Buffer, decide: (trusted: boolean) => void): void
  messageHandlers: WireHandlers
}

export interface WireLibrary {
  open(settings: WireSettings): Wire
  /** What we offer to negotiate; made once for each order of host key algorithms. */
  offer(lists: {kex: string[]; serverHostKey: string[]; cs: OfferLists; sc: OfferLists}): unknown
  defaults: {kex: string[]; cipher: string[]; mac: string[]}
  parseKey(data: string | Buffer, passphrase?: string): unknown
}

export type OfferLists = {cipher: string[]; mac: string[]; compress: string[]; lang: string[]}

/** Loads ssh2 into this thread. */
export function loadWire(): WireLibrary {
  const load = createRequire(import.meta.url)
  const Protocol = load('ssh2/lib/protocol/Protocol.js')
  const {KexInit} = load('ssh2/lib/protocol/kex.js')
  const {DEFAULT_KEX, DEFAULT_CIPHER, DEFAULT_MAC} = load('ssh2/lib/protocol/constants.js')
  const {parseKey} = load('ssh2/lib/protocol/keyParser.js')
  return {
    open: (settings) => new Protocol(settings),
    offer: (lists) => new KexInit(lists),
    defaults: {kex: DEFAULT_KEX, cipher: DEFAULT_CIPHER, mac: DEFAULT_MAC},
    parseKey,
  }
}
