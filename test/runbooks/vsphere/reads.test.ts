import {describe, expect, test} from 'vitest'
import {realClock} from '../../../src/lib/cli/clock.js'
import {performCheck} from '../../../src/lib/engine/check.js'
import {renderTable} from '../../../src/lib/report/table.js'
import type {Reading} from '../../../src/lib/runbooks/reading.js'
import {check} from '../../../src/lib/runbooks/vsphere/check.js'
import {datastoreCapacity} from '../../../src/lib/runbooks/vsphere/datastore-capacity.js'
import {haStatus} from '../../../src/lib/runbooks/vsphere/ha-status.js'
import {hostHealth} from '../../../src/lib/runbooks/vsphere/host-health.js'
import {readEstate, readHealth} from '../../../src/lib/runbooks/vsphere/read-estate.js'
import {status} from '../../../src/lib/runbooks/vsphere/status.js'
import {type Filter, vmList} from '../../../src/lib/runbooks/vsphere/vm-list.js'
import {withVcenter} from './operate.js'
import {found, room} from './room.js'

const [H0, H1] = ['DC0_C0_H0', 'DC0_C0_H1'] as const
const [VM0, VM3] = ['DC0_C0_RP0_VM0', 'DC0_C0_RP0_VM3'] as const
const {signal} = new AbortController()

describe('a cluster and a host without one', () => {
  const {lab, control, place, host, writes} = room({standaloneHosts: 1, vms: 6})
  const estate = async (cluster: string | null = null) =>
    await withVcenter(place(), (systems) => readEstate(systems, {vcenter: 'dc', cluster}, signal))
  const ask = async (need: 'evacuate' | 'read', user?: string) =>
    await withVcenter(place(user === undefined ? {} : {user}), (systems) =>
      performCheck(check, systems, {vcenter: 'dc', need}, realClock, signal),
    )
  const list = async (more: Partial<Filter> = {}) =>
    vmList(await estate(), {host: null, power: null, blockers: false, sort: 'name', ...more})

  test('status shows each host with its state, load and VMs, and what is wrong', async () => {
    await control().host({host: H1, connection: 'notResponding'})
    await control().host({
      host: H0,
      alarms: [{name: 'Host memory usage', status: 'red'}],
      rebootRequired: true,
    })
    const seen = status(await estate())
    const rows = rowsOf(seen, 1)
    expect(rows[H0]?.slice(1, 2)).toEqual(['connected'])
    expect(rows[H0]?.[4]).toBe('2/2')
    expect(rows[H1]?.[1]).toBe('NOT RESPONDING')
    expect(rowsOf(seen, 0).DC0_C0?.slice(1, 4)).toEqual(['3', 'partiallyAutomated', 'off'])
    expect(seen.notes).toContain(`${H0}: red alarm: Host memory usage`)
    expect(seen.notes).toContain(`${H0} asks for a reboot`)
    fitsInto80(seen)
    expect(await writes()).toEqual([])
  })

  test('only one cluster, and a name that leads nowhere', async () => {
    expect(Object.keys(rowsOf(status(await estate('DC0_C0')), 1))).not.toContain('DC0_H0')
    await expect(estate('nowhere')).rejects.toMatchObject({
      verdict: 'usage',
      says: 'there is no cluster nowhere',
    })
  })

  test('the list of VMs says how each would leave, by the same choice as the plan', async () => {
    await control().datastore({name: 'local-0', hosts: [H0]})
    await control().vm({vm: VM3, datastores: ['local-0']})
    await control().vm({vm: VM0, name: 'vCLS-1', agent: true})
    const seen = await list()
    expect(rowsOf(seen, 0)[VM3]?.[5]).toBe('no target: datastore')
    expect(rowsOf(seen, 0)['vCLS-1']?.[5]).toBe('vSphere')
    expect(rowsOf(seen, 0).DC0_C0_RP0_VM1?.[5]).toBe('vMotion')
    expect(rowsOf(seen, 0).DC0_H0_VM0?.[5]).toBe('stop needed: no other host')
    const blockers = Object.keys(rowsOf(await list({blockers: true, host: H0}), 0))
    expect(blockers).toEqual([VM3])
    expect(Object.keys(rowsOf(await list({power: 'off'}), 0))).toEqual([])
    fitsInto80(seen)
  })

  test('health: each question about a host, red where something is broken', async () => {
    const read = async () =>
      hostHealth(
        await withVcenter(place(), (systems) => readHealth(systems, {vcenter: 'dc', host: H0}, signal)),
      )
    const before = await read()
    expect(before.state).not.toBe('red')
    await control().host({host: H0, configIssues: ['no syslog'], alarms: [{name: 'Fan', status: 'red'}]})
    const after = await read()
    expect(after.state).toBe('red')
    expect(found(after.findings, 'alarms')).toMatchObject({level: 'refuse', saw: 'Fan'})
    expect(found(after.findings, 'config-issues')).toMatchObject({level: 'warn', saw: 'no syslog'})
    fitsInto80(after)
  })

  test('HA: what would be left without each host, and whether the policy would hold', async () => {
    await control().cluster({cluster: 'DC0_C0', ha: true, admissionControl: true, failoverLevel: 1})
    const kept = haStatus(await estate('DC0_C0'))
    expect(rowsOf(kept, 0)[H0]).toEqual([
      H0,
      'connected',
      '512.0G',
      expect.any(String),
      expect.any(String),
      'kept',
    ])
    await control().cluster({cluster: 'DC0_C0', failoverLevel: 2})
    const broken = haStatus(await estate('DC0_C0'))
    expect(rowsOf(broken, 0)[H0]?.[5]).toBe('BROKEN')
    expect(broken.notes.join('\n')).toContain(`without ${H0}`)
    fitsInto80(broken)
  })

  test('datastores by how full they are, and which only one host can use', async () => {
    await control().datastore({name: 'local-0', hosts: [H0]})
    const asked = {datastore: null, warn: 1, crit: 99}
    const seen = datastoreCapacity(await estate(), asked)
    expect(rowsOf(seen, 0)['local-0']?.[6]).toBe('1')
    expect(rowsOf(seen, 0).LocalDS_0?.[7]).toBe('warning')
    expect(seen.notes.join('\n')).toContain('local-0: only one host can use it')
    const facts = await estate()
    expect(() => datastoreCapacity(facts, {...asked, datastore: 'x'})).toThrow('there is no datastore x')
    fitsInto80(seen)
  })

  test('check: yes when all is well, and no with the reason', async () => {
    expect(await ask('evacuate')).toMatchObject({verdict: 'healthy'})
    const readonly = await ask('evacuate', lab().readonlyUser)
    expect(readonly).toMatchObject({verdict: 'unhealthy'})
    expect(found(readonly.findings, 'privileges')?.saw).toContain('Host.Config.Maintenance')
    expect(await ask('read', lab().readonlyUser)).toMatchObject({verdict: 'healthy'})
    await control().host({host: H0, connection: 'disconnected'})
    expect(await ask('read')).toMatchObject({verdict: 'unhealthy'})
    expect((await host(H0)).inMaintenance).toBe(false)
    expect(await writes()).toEqual([])
  })
})

/** A table's rows by their first cell. */
function rowsOf({tables}: Reading, at: number): Record<string, string[]> {
  return Object.fromEntries((tables[at]?.rows ?? []).map((row) => [row[0] ?? '', row]))
}

function fitsInto80({tables}: Reading): void {
  for (const table of tables)
    for (const line of renderTable(table, 80)) expect(line.length).toBeLessThanOrEqual(80)
}
