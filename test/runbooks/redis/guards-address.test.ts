import {connect, createServer, type Server} from 'node:net'
import {expect, test} from 'vitest'
import {until} from '../../../src/lib/lab/until.js'
import {failover} from '../../../src/lib/runbooks/redis/failover.js'
import {failoverOf} from './inputs.js'
import {operate} from './operate.js'
import {room} from './room.js'

const {lab, node, place, sent, after} = room()

const INSIDE = '127.0.9.9'

/** An address that works for the nodes and not for anybody else, as behind NAT. */
async function forward(host: string, port: number): Promise<Server> {
  const server = createServer((socket) => {
    const {remoteAddress = ''} = socket
    if (!remoteAddress.startsWith('127.0.1.')) return void socket.destroy()
    // Nodes know each other by where connections come from.
    const onward = connect({host, port, localAddress: remoteAddress})
    socket.on('error', () => onward.destroy())
    onward.on('error', () => socket.destroy())
    socket.pipe(onward).pipe(socket)
  })
  await new Promise<void>((resolve) => server.listen(port, INSIDE, resolve))
  return server
}

test('an announced address that is not reachable from here is refused; mapped, it goes', async () => {
  const {host, port, busPort} = node('n4')
  const servers = [await forward(host, port), await forward(host, busPort)]
  await node('n4').ask('CONFIG', 'SET', 'cluster-announce-ip', INSIDE)
  after(async () => {
    await node('n4').ask('CONFIG', 'SET', 'cluster-announce-ip', '')
    const back = async () => (await node('n1').ask('CLUSTER', 'NODES')).includes(`${host}:${port}@`)
    expect(await until(back, 20_000)).toBe(true)
    await lab().settled()
    for (const server of servers) server.close()
  })
  const known = async () => (await node('n1').ask('CLUSTER', 'NODES')).includes(`${INSIDE}:${port}@`)
  expect(await until(known, 20_000)).toBe(true)
  await lab().settled()

  const input = await failoverOf(place(), node('n1').id)
  const {outcome} = await operate(place(), failover, input)
  expect(outcome.verdict).toBe('refused')
  expect(outcome.because.join('\n')).toContain(`reach: ${INSIDE}:${port} does not answer`)
  expect(outcome.because.join('\n')).toContain('addresses of')
  expect(await sent()).toEqual([])

  const mapped = place({addresses: {[`${INSIDE}:${port}`]: {host, port}}})
  expect((await operate(mapped, failover, input)).outcome.verdict).toBe('done')
  expect(await sent()).toEqual(['n4'])
}, 90_000)
