import {userInfo} from 'node:os'
import {afterAll, beforeAll, expect, it} from 'vitest'
import type {LabFleet} from '../../../src/lib/lab/fleet.js'
import type {LabSshd} from '../../../src/lib/lab/sshd.js'
import {parsePinnedKeys, readPinnedKeys} from '../../../src/lib/remote/fleet/pinned-keys.js'
import type {FleetLinks} from '../../../src/lib/systems/receivers/fleet.js'
import type {FleetHost} from '../../../src/lib/systems/receivers/host.js'
import {type FleetSettings, openFleet} from '../../../src/lib/systems/receivers/open.js'
import {lookCommand, restartCommand, waitCommand} from '../../../src/lib/systems/receivers/scripts.js'
import {parseUnit} from '../../../src/lib/systems/receivers/unit-state.js'
import {faultOf, limits, Room} from './room.js'

let room: Room
let fleet: LabFleet
let gate: LabSshd

beforeAll(async () => {
  room = await Room.make()
  ;[fleet, gate] = await Promise.all([room.fleet({count: 40}), room.sshd('gate')])
})

afterAll(() => room.end())

async function open(more: Partial<FleetSettings> = {}): Promise<FleetLinks> {
  const {username: user, uid} = userInfo()
  const links = openFleet(
    {
      user: fleet.user,
      identityFiles: [fleet.keyFile],
      keys: await readPinnedKeys(fleet.keysFile),
      bastions: {
        gate: {
          host: gate.host,
          port: gate.port,
          user: gate.user,
          identityFiles: [gate.clientKeyFile],
          hostKey: gate.fingerprint,
        },
        ruin: {host: '127.0.0.1', port: 1, user: 'nobody'},
      },
      ...more,
    },
    {home: room.dir, user, uid, env: {PATH: process.env.PATH}},
  )
  room.onEnd(() => links.close())
  return links
}

function host(number: number, via = ''): FleetHost {
  const row = fleet.rows[number]
  if (row === undefined) throw new Error(`no host ${number}`)
  return {id: row.id, address: row.address, port: row.port, via, labels: {}}
}

it('looks, restarts and waits over one connection', async () => {
  const link = (await open()).link(host(0))
  const before = parseUnit((await link.run(lookCommand(fleet.unit), limits())).stdout)
  expect((await link.run(restartCommand(fleet.unit), limits())).code).toBe(0)
  const wait = waitCommand(fleet.unit, before?.invocation ?? '', 1, 20)
  const after = parseUnit((await link.run(wait, limits())).stdout)
  expect(after).toMatchObject({active: 'active', restarts: 0})
  expect(after?.invocation).not.toBe(before?.invocation)
  expect(await fleet.control.host('rx-00000')).toMatchObject({restarts: 1, signIns: 1})
  link.close()
})

it('reaches hosts through a bastion, and says which bastions do not serve', async () => {
  const links = await open()
  const down = await links.bastions(['gate', 'ruin'], new AbortController().signal)
  expect(down).toEqual([{name: 'ruin', error: expect.stringContaining('the bastion ruin does not serve: ')}])
  const said = await Promise.all(
    fleet.rows.map(async (_, number) => {
      const link = links.link(host(number, 'gate'))
      const {stdout} = await link.run(`echo ${number}`, limits())
      link.close()
      return stdout
    }),
  )
  expect(said).toEqual(fleet.rows.map((_, number) => `${number}\n`))
  expect(await faultOf(links.link(host(1, 'ruin')).run('echo no', limits()))).toBe('unreachable bastion')
})

it('knows which hosts have no pinned key, and pins them only when told to', async () => {
  const keys = parsePinnedKeys('')
  const careful = await open({keys})
  expect(await careful.unpinned([host(0), host(1)])).toEqual(['rx-00000', 'rx-00001'])
  expect(await faultOf(careful.link(host(2)).run('echo no', limits()))).toBe('refused host-key')
  const told: string[] = []
  const trusting = await open({
    keys,
    unpinned: 'accept',
    onNewKey: ({id}, line) => told.push(`${id} ${line}`),
  })
  const link = trusting.link(host(2))
  expect((await link.run('echo yes', limits())).stdout).toBe('yes\n')
  link.close()
  expect(told).toEqual([`rx-00002 ${(await fleet.control.host('rx-00002')).hostKey}`])
  expect(await trusting.unpinned([host(2)])).toEqual([])
  await fleet.control.behave(['rx-00002'], {connect: 'wrong-key'})
  expect(await faultOf(trusting.link(host(2)).run('echo no', limits()))).toBe('refused host-key')
})

it('says what this process may use', async () => {
  const {fileDescriptors, threads} = (await open({threads: 3})).limits()
  expect(threads).toBe(3)
  expect(fileDescriptors).toBeGreaterThanOrEqual(256)
})

it('closes without having been used', async () => {
  const links = await open()
  await expect(links.close()).resolves.toBeUndefined()
})
