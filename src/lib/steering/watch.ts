import {connect} from 'node:net'
import {NobodyAtTheHelm} from './ask.js'
import type {Shown} from './audience.js'
import {socketPath} from './socket-path.js'

/**
 * What the run in this directory shows, from its plan on, until it ends or the signal aborts.
 * @throws NobodyAtTheHelm when it is not under way here
 */
export async function* watch(directory: string, by: string, signal: AbortSignal): AsyncGenerator<Shown> {
  const {path, close} = await socketPath(directory).catch(() => {
    throw new NobodyAtTheHelm('the run has no directory here')
  })
  const socket = connect(path)
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', () => reject(new NobodyAtTheHelm('the run is not under way here')))
    })
    signal.addEventListener('abort', () => socket.destroy(), {once: true})
    socket.write(`${JSON.stringify({do: 'watch', by})}\n`)
    let text = ''
    let shown = false
    for await (const chunk of socket.setEncoding('utf8')) {
      const lines = (text + chunk).split('\n')
      text = lines.pop() ?? ''
      shown ||= lines.length > 0
      yield* lines.map((line) => JSON.parse(line) as Shown)
    }
    if (!shown && !signal.aborted)
      throw new NobodyAtTheHelm('it shows nothing: perhaps too many watch it already')
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    socket.destroy()
    await close()
  }
}
