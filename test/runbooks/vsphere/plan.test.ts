import {expect, test} from 'vitest'
import {renderTable} from '../../../src/lib/report/table.js'
import {choose} from '../../../src/lib/runbooks/vsphere/choose.js'
import {evacuate} from '../../../src/lib/runbooks/vsphere/evacuate.js'
import {limitsOf} from '../../../src/lib/runbooks/vsphere/limits.js'
import {place} from '../../../src/lib/runbooks/vsphere/placement/place.js'
import {stopOrder} from '../../../src/lib/runbooks/vsphere/stop-order.js'
import type {VsphereSystems} from '../../../src/lib/systems/vsphere/vcenter.js'
import {factsOf} from './facts-of.js'
import {evacuateOf} from './inputs.js'
import {aDatastore, aHost, aVm, GIB} from './things.js'

const SYSTEMS: VsphereSystems = {
  vsphere: () => Promise.reject(new Error('a plan asks nobody')),
  now: () => 0,
  sleep: async () => {},
}

test('the plan fits into 80 columns and shows every VM with what happens to it', () => {
  const asked = evacuateOf('host-0', {stop: {'scan-01': 'suspend'}})
  const facts = factsOf(asked, {
    vms: [
      {ref: 'vm-1', name: 'a-database-with-a-rather-long-name-01', memoryUsedBytes: 30 * GIB},
      {ref: 'vm-2', name: 'scan-01'},
      {ref: 'vm-3', name: 'old-template', template: true, power: 'poweredOff'},
      {ref: 'vm-4', name: 'vCLS-6f', managedBy: 'com.vmware.vim.eam'},
      {ref: 'vm-5', name: 'web-01', datastores: ['datastore-9']},
    ],
  })
  const {tables, notes, title} = evacuate.view(asked, facts)
  const lines = tables.flatMap((table) => renderTable(table, 80))
  expect(Math.max(...lines.map(({length}) => length))).toBeLessThanOrEqual(80)
  expect([title, ...lines, ...notes]).toMatchSnapshot()
})

test('stages name each move with its lanes, and their order is media, moves, vCenter, stops, look, enter, verify', () => {
  const asked = evacuateOf('host-0', {
    endpoint: '10.0.0.9',
    stop: {'vm-3': 'shutdown'},
    disconnectMedia: true,
  })
  const drive = {
    key: 3000,
    label: 'CD',
    kind: 'cdrom' as const,
    connected: true,
    backing: 'host' as const,
    datastore: '',
  }
  const facts = factsOf(asked, {
    vms: [
      {ref: 'vm-1', devices: [drive]},
      {ref: 'vm-2', guest: {hostName: '', addresses: ['10.0.0.9']}},
      {ref: 'vm-3'},
    ],
  })
  const stages = evacuate.stages(SYSTEMS, asked, facts)
  expect(stages.map(({id, steps}) => `${id}: ${steps.map((step) => step.id).join(' ')}`)).toEqual([
    'media: vm-1.media-3000',
    'moves: vm-1.move',
    'vcenter: vm-2.move',
    'stops-1: vm-3.stop',
    'recheck: recheck',
    'maintenance: enter-maintenance',
    'verify: verify',
  ])
  expect(stages[1]?.steps[0]?.lanes).toEqual(['source/host-0', 'target/host-1', 'datastore/datastore-1'])
  expect(stages[1]?.lanes).toMatchObject({'source/host-0': 8, 'target/host-1': 2})
})

test('the slower link decides, less what runs already; --parallel goes beyond', () => {
  const slow = aHost('host-1', {vmotionSpeedMb: 1000})
  const busy = aHost('host-2', {migrations: 7})
  const {width, lanes} = limitsOf(aHost('host-0', {migrations: 3}), [slow, busy], [], null)
  expect(width).toBe(5)
  expect(lanes).toMatchObject({'source/host-0': 5, 'target/host-1': 2, 'target/host-2': 1})
  expect(limitsOf(slow, [busy], [], null).width).toBe(4)
  expect(limitsOf(slow, [busy], [], 12)).toMatchObject({width: 12, lanes: {'target/host-2': 12}})
})

test('VMs stop in the reverse of their start order, those without one first', () => {
  const stops = ['a', 'b', 'c', 'd'].map((ref) => ({vm: aVm(ref, 'host-0')}))
  const groups = stopOrder(stops, {startOrder: {a: 1, b: 2, c: 2, d: -1}})
  expect(groups.map((group) => group.map(({vm}) => vm.ref))).toEqual([['d'], ['b', 'c'], ['a']])
})

test('the mode is decided by what is there', () => {
  const modes = [
    {},
    {cluster: {drs: {enabled: true, behavior: 'fullyAutomated' as const}}},
    {cluster: {drs: {enabled: true, behavior: 'manual' as const}}},
    {cluster: {kind: 'host' as const}},
    {cluster: {kind: 'host' as const}, facts: {named: {targets: ['host-1'], exclude: []}}},
  ].map((world) => choose(evacuateOf('host-0'), factsOf(evacuateOf('host-0'), world)).mode)
  expect(modes).toEqual(['manual', 'drs', 'manual', 'standalone', 'manual'])
})

test('200 VMs on 64 hosts are planned within 50 ms of processor time', () => {
  const hosts = Array.from({length: 64}, (_, at) =>
    aHost(`host-${at}`, {memoryBytes: 256 * GIB, memoryUsedBytes: 120 * GIB}),
  )
  const vms = Array.from({length: 200}, (_, at) =>
    aVm(`vm-${at}`, 'host-x', {memoryUsedBytes: (1 + (at % 13)) * GIB, datastores: [`datastore-${at % 10}`]}),
  )
  const refs = hosts.map(({ref}) => ref)
  const ground = {
    source: 'host-x',
    candidates: hosts,
    vms,
    rules: Array.from({length: 20}, (_, at) => ({
      kind: 'apart' as const,
      name: `apart-${at}`,
      mandatory: false,
      vms: [`vm-${at}`, `vm-${at + 20}`, `vm-${at + 40}`],
    })),
    datastores: Array.from({length: 10}, (_, at) => aDatastore(`datastore-${at}`, refs)),
    clusterEvc: '',
    ruledOut: new Map(),
    memHeadroom: 10,
    cpuHeadroom: 10,
  }
  place(ground, vms)
  const spent = Array.from({length: 5}, () => {
    const began = process.cpuUsage()
    expect(place(ground, vms).unplaced).toEqual([])
    const {user, system} = process.cpuUsage(began)
    return (user + system) / 1000
  })
  process.stdout.write(
    `200 VMs x 64 hosts: ${spent.map((ms) => ms.toFixed(0)).join(', ')} ms of processor time\n`,
  )
  expect(Math.min(...spent)).toBeLessThan(50)
})
