import {connect, createServer, type Server, type Socket} from 'node:net'

export interface SlowLine {
  port: number
  /** Round trips since the client's SYN, as of now. */
  roundTrips(): number
  close(): void
}

/** Nothing has happened for so long: whoever had something to say has said it. */
const QUIET_MS = 300

/**
 * A line to a server on loopback on which time moves in half round trips, for one connection: what both sides have said is
 * delivered only when both have nothing more to say. So the count is exact whatever else the machine does, and a pause is no trip.
 */
export async function slowLine(to: {host: string; port: number}): Promise<SlowLine> {
  let halves = 2
  let last = ''
  let timer: NodeJS.Timeout | undefined
  let upstream: Socket | undefined
  const outward: Buffer[] = []
  const inward: Buffer[] = []
  const server: Server = createServer({noDelay: true}, (client) => {
    const quiet = () => {
      clearTimeout(timer)
      timer = setTimeout(step, QUIET_MS)
    }
    const step = () => {
      const says = (outward.length > 0 ? 'client' : '') + (inward.length > 0 ? 'server' : '')
      if (says === '') return
      // The same side again, unanswered: it took its time.
      if (says !== last || says === 'clientserver') halves++
      last = says
      // The server hears of the connection with the first data.
      upstream ??= connect({...to, noDelay: true})
        .on('data', (data: Buffer) => {
          inward.push(data)
          quiet()
        })
        .on('close', () => client.destroy())
        .on('error', () => client.destroy())
      for (const data of outward.splice(0)) upstream.write(data)
      for (const data of inward.splice(0)) client.write(data)
    }
    client.on('data', (data: Buffer) => {
      outward.push(data)
      quiet()
    })
    client.on('close', () => {
      clearTimeout(timer)
      upstream?.destroy()
    })
    client.on('error', () => {})
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    port: address.port,
    roundTrips: () => halves / 2,
    close: () => server.close(),
  }
}
