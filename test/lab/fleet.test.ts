import {access, mkdtemp, readFile, rm, stat} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {readRows} from '../../src/lib/inventory/fleet/rows.js'
import {type LabFleet, startFleet} from '../../src/lib/lab/fleet.js'
import {buildFleetPeer} from '../../src/lib/lab/fleet-build.js'
import {identify, isAlive} from '../../src/lib/lab/process-identity.js'
import {parsePinnedKeys} from '../../src/lib/remote/fleet/pinned-keys.js'

let dir: string
let fleet: LabFleet

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'redeye-fleet-'))
  fleet = await startFleet({dir: join(dir, 'lab'), count: 20})
})

afterAll(async () => {
  await fleet.stop()
  await rm(dir, {recursive: true, force: true})
})

describe('the fleet simulator', () => {
  it('is built once, also when two want it at the same time', async () => {
    const cache = join(dir, 'cache')
    const [one, other] = await Promise.all([buildFleetPeer(cache), buildFleetPeer(cache)])
    expect(one).toBe(other)
    const first = await stat(one)
    expect(await buildFleetPeer(cache)).toBe(one)
    expect((await stat(one)).mtimeMs).toBe(first.mtimeMs)
  })

  it('writes a list of hosts that the inventory reads', async () => {
    const {rows, problems} = await readRows(await readFile(fleet.hostsFile, 'utf8'), 'csv')
    expect(problems).toEqual([])
    expect(rows).toHaveLength(20)
    expect(rows[3]?.labels).toMatchObject({
      id: 'rx-00003',
      address: '127.1.0.3',
      port: String(fleet.port),
      country: 'SE',
      ring: 'early',
    })
  })

  it('pins the key of every host', async () => {
    const pinned = parsePinnedKeys(await readFile(fleet.keysFile, 'utf8'))
    const {hostKey} = await fleet.control.host('rx-00007')
    expect(pinned.size).toBe(20)
    expect(pinned.of('rx-00007', fleet.port)).toEqual([hostKey.split(' ')[1]])
    expect((await stat(fleet.keysFile)).mode & 0o777).toBe(0o600)
  })

  it('refuses behaviour for hosts it does not have', async () => {
    await expect(fleet.control.behave(['rx-99999'], {connect: 'refuse'})).rejects.toThrow(/do not exist/)
  })

  it('gives a host another boot and another invocation', async () => {
    const before = await fleet.control.host('rx-00001')
    await fleet.control.boot(['rx-00001'])
    expect((await fleet.control.host('rx-00001')).invocation).not.toBe(before.invocation)
  })

  it('ends when it is stopped', async () => {
    const other = await startFleet({dir: join(dir, 'other'), count: 1})
    const identity = await identify(other.pid)
    await other.stop()
    expect(await isAlive(identity)).toBe(false)
    await expect(access(other.inventoryFile)).resolves.toBeUndefined()
  })
})
