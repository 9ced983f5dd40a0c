import {randomInt} from 'node:crypto'
import {createServer} from 'node:net'

const given = new Set<number>()

/**
 * A TCP port of a loopback address that nobody listens on, never the same one twice in this process. It is below the range
 * the kernel takes source ports from (32768 on): a server killed and started again finds its port still free.
 */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const port = randomInt(12_000, 32_000)
    if (given.has(port) || !(await canListen(host, port))) continue
    given.add(port)
    return port
  }
  throw new Error(`no free TCP port found on ${host} in 200 tries`)
}

function canListen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, host, () => server.close(() => resolve(true)))
  })
}
