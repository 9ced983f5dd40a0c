import {connect} from 'node:net'
import type {Answer, Order} from './message.js'
import {socketPath} from './socket-path.js'

const LIMIT_MS = 5000

/** The run does not listen: it has ended, or runs on another machine. */
export class NobodyAtTheHelm extends Error {
  override name = 'NobodyAtTheHelm'
}

/** Asks something of the run in this directory. @throws NobodyAtTheHelm */
export async function ask(directory: string, order: Order): Promise<Answer> {
  const {path, close} = await socketPath(directory).catch(() => {
    throw new NobodyAtTheHelm('the run has no directory here')
  })
  try {
    return JSON.parse(await exchange(path, `${JSON.stringify(order)}\n`)) as Answer
  } finally {
    await close()
  }
}

function exchange(path: string, order: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    let text = ''
    socket.setEncoding('utf8')
    socket.setTimeout(LIMIT_MS, () => socket.destroy(new NobodyAtTheHelm('the run does not answer')))
    socket.on('connect', () => socket.write(order))
    socket.on('data', (chunk: string) => {
      text += chunk
    })
    socket.on('end', () =>
      text === '' ? reject(new NobodyAtTheHelm('the run has just ended')) : resolve(text),
    )
    socket.on('error', (error: NodeJS.ErrnoException) =>
      reject(error instanceof NobodyAtTheHelm ? error : new NobodyAtTheHelm('the run is not under way here')),
    )
  })
}
