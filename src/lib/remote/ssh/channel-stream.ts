import {Duplex} from 'node:stream'
import type {ClientChannel} from 'ssh2'
import type {Session} from './session.js'

type Settle = (error?: Error | null) => void

/**
 * A channel as an honest stream. When a connection breaks, ssh2 ends its channels as if the peer had said all it had to say;
 * here that is an error (`lost`). Half-close works as on a socket: `end()` closes our side, reading goes on.
 * `exitCode` waits for the end of a remote program behind the channel and takes anything but 0 for a broken exchange.
 */
export function channelStream(
  channel: ClientChannel,
  session: Session,
  doing: string,
  ends: 'eof' | 'exitCode' = 'eof',
): Duplex {
  let writing: Settle | undefined
  let closed = false
  const stream = new Duplex({
    read: () => void channel.resume(),
    write(chunk, _encoding, done) {
      // What the peer no longer reads is dropped, so that its answer can still be read.
      if (closed) return done()
      writing = done
      channel.write(chunk, () => settleWrite())
    },
    final(done) {
      channel.end()
      done()
    },
    destroy(error, done) {
      channel.destroy()
      done(error)
    },
  })
  // An end that nobody listens for yet must not end the process.
  stream.on('error', () => {})
  const settleWrite = () => {
    const done = writing
    writing = undefined
    done?.()
  }
  channel.on('data', (chunk: Buffer) => {
    if (!stream.push(chunk)) channel.pause()
  })
  channel.on('error', (error: Error) => stream.destroy(error))
  channel.once('end', () => {
    if (!session.alive()) stream.destroy(session.lost(doing))
    else if (ends === 'eof') stream.push(null)
  })
  channel.once('close', (code: unknown) => {
    closed = true
    settleWrite()
    if (ends === 'eof') return
    if (code === 0 && session.alive()) stream.push(null)
    else stream.destroy(session.lost(doing))
  })
  return stream
}
