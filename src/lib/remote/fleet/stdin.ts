import type {Wire} from './wire.js'

/** What a command reads, on its way to it. */
export interface Stdin {
  /** The host takes so many more bytes (RFC 4254, 5.2). */
  mayHave(bytes: number): void
}

/** Sends as much as the host takes, in packets that it takes, and then the end. */
export function stdinOf(
  wire: Wire,
  remote: number,
  content: Uint8Array,
  {window, packetSize}: {window: number; packetSize: number},
): Stdin {
  let at = 0
  let room = window
  let ended = false
  const send = () => {
    while (at < content.length && room > 0) {
      const size = Math.min(packetSize, room, content.length - at)
      wire.channelData(remote, Buffer.from(content.buffer, content.byteOffset + at, size))
      at += size
      room -= size
    }
    if (at < content.length || ended) return
    ended = true
    wire.channelEOF(remote)
  }
  send()
  return {
    mayHave(bytes) {
      room += bytes
      send()
    },
  }
}
