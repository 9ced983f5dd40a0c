import type {Duplex} from 'node:stream'

/** What is said within one turn goes out in one packet of TCP. */
export function outbox(transport: Duplex) {
  let waiting: Buffer[] = []
  const flush = () => {
    if (waiting.length === 0) return
    const data = waiting.length === 1 ? (waiting[0] as Buffer) : Buffer.concat(waiting)
    waiting = []
    if (transport.writable) transport.write(data)
  }
  return {
    flush,
    write(data: Buffer) {
      if (waiting.length === 0) process.nextTick(flush)
      waiting.push(data)
    },
  }
}

export function closeAfterWrites(transport: Duplex & {destroySoon?(): void}): void {
  if (transport.destroySoon !== undefined) transport.destroySoon()
  else transport.end(() => transport.destroy())
}
