import {readFile} from 'node:fs/promises'
import type {AddressInfo} from 'node:net'
import ssh2 from 'ssh2'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {makeKey} from '../../../src/lib/lab/ssh-keys.js'
import type {LinkHost} from '../../../src/lib/remote/fleet/fleet-pool.js'
import {parsePinnedKeys} from '../../../src/lib/remote/fleet/pinned-keys.js'
import {limits, Room} from './room.js'

let room: Room
let host: LinkHost
let clientKey: string
let hostKeyLine: string
const seen = {connections: 0, signIns: 0, commands: [] as string[]}

/** A server (of ssh2) that thinks a moment about a sign-in, and refuses what comes before it has answered. */
beforeAll(async () => {
  room = await Room.make()
  const key = await makeKey(`${room.dir}/host`)
  const client = await makeKey(`${room.dir}/client`)
  clientKey = client.file
  hostKeyLine = key.line
  const server = new ssh2.Server({hostKeys: [await readFile(key.file)]}, (connection) => {
    seen.connections++
    connection.on('error', () => {})
    connection.on('authentication', (context) => setTimeout(() => context.accept(), 50))
    connection.on('ready', () => {
      seen.signIns++
      connection.on('session', (accept) =>
        accept().on('exec', (take, _refuse, {command}) => {
          seen.commands.push(command)
          const channel = take()
          channel.write('done\n')
          channel.exit(0)
          channel.end()
        }),
      )
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  room.onEnd(() => server.close())
  const {port} = server.address() as AddressInfo
  host = {id: 'strict', address: '127.0.0.1', port, via: ''}
})

afterAll(() => room.end())

describe('a server that takes one message at a time', () => {
  it.each([true, false])('is given that, and remembered (repeatable: %s)', async (repeatable) => {
    Object.assign(seen, {connections: 0, signIns: 0, commands: []})
    const keys = parsePinnedKeys(`[strict]:${host.port} ${hostKeyLine}\n`)
    const pool = room.pool('ana', clientKey, keys)
    const link = pool.link(host)
    expect((await link.run('echo 1', limits({repeatable}))).stdout).toBe('done\n')
    expect(seen.connections).toBe(1)
    link.close()
    expect((await link.run('echo 2', limits({repeatable}))).stdout).toBe('done\n')
    const other = pool.link(host)
    expect((await other.run('echo 3', limits({repeatable}))).stdout).toBe('done\n')
    expect(seen).toMatchObject({connections: 3, commands: ['echo 1', 'echo 2', 'echo 3']})
    other.close()
    link.close()
  })
})
