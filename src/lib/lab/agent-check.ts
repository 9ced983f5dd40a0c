import {once} from 'node:events'
import {readFileSync} from 'node:fs'
import {createServer} from 'node:net'

export type AgentCheckInput = {
  port: number
  /** What it answers, read anew for every check: `up`, `up ready`, `drain`, `75%` ... */
  file: string
}

/** An agent for HAProxy's `agent-check`: one line of text to everybody who connects. */
export async function serveAgent(input: AgentCheckInput): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.end(`${readFileSync(input.file, 'utf8').trim()}\n`)
  })
  server.listen(input.port, '127.0.0.1')
  await once(server, 'listening')
}
