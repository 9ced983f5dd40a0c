import {createHash, randomBytes} from 'node:crypto'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {type LabDropbear, startDropbear} from '../../../src/lib/lab/dropbear.js'
import type {FleetPool, LinkHost} from '../../../src/lib/remote/fleet/fleet-pool.js'
import {parsePinnedKeys} from '../../../src/lib/remote/fleet/pinned-keys.js'
import {faultOf, limits, Room, shared} from './room.js'
import {slowLine} from './slow-line.js'

let room: Room
let dropbear: LabDropbear
let host: LinkHost
let pool: FleetPool

beforeAll(async () => {
  room = await Room.make()
  dropbear = await startDropbear(`${room.dir}/dropbear`)
  room.onEnd(() => dropbear.stop())
  const {hostKeyLine, port} = dropbear
  host = {id: 'small', address: dropbear.host, port, via: ''}
  pool = room.pool(dropbear.user, dropbear.clientKeyFile, parsePinnedKeys(`[small]:${port} ${hostKeyLine}\n`))
})

afterAll(() => room.end())

describe('a link to dropbear', () => {
  it.each([true, false])('runs commands, one after the other (repeatable: %s)', async (repeatable) => {
    const link = pool.link(host)
    const first = await link.run('cat; echo "$SSH_CONNECTION"; echo oops >&2; exit 3', limits({repeatable}))
    expect(first).toMatchObject({code: 3, signal: '', stderr: 'oops\n', dropped: 0})
    const second = await link.run('echo "$SSH_CONNECTION"', limits({repeatable}))
    expect(second.stdout).toBe(first.stdout)
    link.close()
  })

  it('reads a flood', async () => {
    const link = pool.link(host)
    const {stdout, dropped} = await link.run('head -c 5000000 /dev/zero', limits({repeatable: true}))
    expect([stdout.length, dropped]).toEqual([65_536, 5_000_000 - 65_536])
    link.close()
  })

  it('gives a command what it reads, more than fits a window', async () => {
    const content = shared(randomBytes(3_000_000))
    const link = pool.link(host)
    const {stdout} = await link.run('sha256sum', limits({stdin: content}))
    expect(stdout.slice(0, 64)).toBe(createHash('sha256').update(content).digest('hex'))
    expect((await link.run('wc -c', limits({stdin: shared(Buffer.alloc(0))}))).stdout.trim()).toBe('0')
    // It reads nothing and ends; the rest is not sent.
    expect((await link.run('echo early', limits({stdin: content}))).stdout).toBe('early\n')
    expect((await link.run('cat; echo again', limits())).stdout).toBe('again\n')
    link.close()
  })

  it('gives up a command and goes on', async () => {
    const link = pool.link(host)
    expect(await faultOf(link.run('sleep 5', limits({timeoutMs: 300})))).toBe('lost timeout')
    expect((await link.run('echo on', limits())).stdout).toBe('on\n')
    link.close()
  })

  it('takes everything at once: four round trips', async () => {
    const line = await slowLine(dropbear)
    room.onEnd(() => line.close())
    const keys = parsePinnedKeys(`[small]:${line.port} ${dropbear.hostKeyLine}\n`)
    const link = room.pool(dropbear.user, dropbear.clientKeyFile, keys).link({...host, port: line.port})
    expect((await link.run('echo in', limits({repeatable: true}))).stdout).toBe('in\n')
    expect(line.roundTrips()).toBe(4)
    link.close()
  })
})
