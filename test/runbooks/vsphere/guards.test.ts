import {expect, test} from 'vitest'
import type {Finding} from '../../../src/lib/engine/runbook.js'
import {evacuateGuards} from '../../../src/lib/runbooks/vsphere/guards/evacuate.js'
import type {EvacuateInput} from '../../../src/lib/runbooks/vsphere/input.js'
import {factsOf, NOW, type World} from './facts-of.js'
import {evacuateOf} from './inputs.js'
import {GIB} from './things.js'

const enter = (user: string) => ({
  key: 'task-7',
  what: 'HostSystem.enterMaintenanceMode',
  entity: 'host-0',
  user,
  startedAtMs: NOW - 180_000,
  percent: 2,
})
const relocate = (user: string) => ({...enter(user), what: 'VirtualMachine.relocateVm', entity: 'vm-1'})
const device = {key: 1, label: 'CD/DVD drive 1', connected: true, backing: 'host' as const, datastore: ''}
const ha = {enabled: true, hostMonitoring: true, admissionControl: true, currentLevel: 1}
const esx = {
  about: {apiType: 'HostAgent' as const, uuid: '', fullName: 'VMware ESXi 8.0.3', apiVersion: '8.0.3.0'},
}
const drs = {drs: {enabled: true, behavior: 'fullyAutomated' as const}}

type Case = [id: string, level: Finding['level'], saw: RegExp, world: World, asked?: Partial<EvacuateInput>]

const CASES: Case[] = [
  ['host-disconnected', 'refuse', /host-0 is notResponding/, {host: {connection: 'notResponding'}}],
  ['in-maintenance', 'refuse', /and yet these run on it: vm-1, vm-2/, {host: {inMaintenance: true}}],
  ['in-maintenance', 'pass', /no VM runs/, {host: {inMaintenance: true}, vms: []}],
  [
    'mm-task-running',
    'refuse',
    /eva has told host-0 to enter maintenance mode 3 min ago/,
    {host: {entering: enter('eva')}},
  ],
  ['mm-task-running', 'warn', /that task is followed/, {host: {entering: enter('ana')}}],
  [
    'managed-by-vcenter',
    'refuse',
    /managed by a vCenter at 10\.0\.0\.1/,
    {host: {managedBy: '10.0.0.1'}, facts: esx},
  ],
  ['managed-by-vcenter', 'pass', /./, {host: {managedBy: '10.0.0.1'}}],
  [
    'privilege',
    'refuse',
    /ana lacks Resource\.HotMigrate on vm-1/,
    {facts: {lacking: [{entity: 'vm-1', privilege: 'Resource.HotMigrate'}]}},
  ],
  ['vsan-mode', 'refuse', /holds vSAN data/, {host: {vsan: true}}],
  ['vsan-mode', 'pass', /noAction/, {host: {vsan: true}}, {vsan: 'noAction'}],
  [
    'last-host',
    'refuse',
    /host-1 \(disconnected\), host-2 \(in maintenance mode\)/,
    {others: [{connection: 'disconnected'}, {inMaintenance: true}]},
  ],
  ['last-host', 'refuse', /host-0 is the only host/, {others: []}],
  ['last-host', 'pass', /nothing is moved/, {others: [], facts: esx}],
  ['other-host-entering', 'refuse', /host-2/, {others: [{}, {inMaintenance: true}]}],
  ['vmotion-disabled', 'refuse', /host-0 has vMotion off/, {host: {vmotionEnabled: false}}],
  ['vmotion-disabled', 'refuse', /no host that could take VMs/, {others: [{vmotionEnabled: false}]}],
  ['vmotion-disabled', 'pass', /no running VM/, {host: {vmotionEnabled: false}, vms: []}],
  [
    'ha-admission',
    'refuse',
    /49% of memory .* keeps 60%/,
    {
      cluster: {ha: {...ha, policy: {kind: 'percent', memoryPercent: 60, cpuPercent: 0}}},
      vms: [{ref: 'vm-1', memoryReservedBytes: 64 * GIB}],
    },
  ],
  [
    'ha-admission',
    'refuse',
    /0 more host failures tolerated, the policy wants 1/,
    {cluster: {ha: {...ha, policy: {kind: 'level', hosts: 1}}}, others: [{}]},
  ],
  [
    'ha-admission',
    'pass',
    /1 more host failure tolerated/,
    {cluster: {ha: {...ha, policy: {kind: 'level', hosts: 1}}}},
  ],
  [
    'ha-admission',
    'pass',
    /no HA reserve/,
    {cluster: {ha: {...ha, admissionControl: false, policy: {kind: 'level', hosts: 9}}}},
  ],
  ['standalone', 'refuse', /they must stop: vm-1, vm-2/, {facts: esx, others: []}],
  ['standalone', 'pass', /./, {facts: esx, others: []}, {standalone: 'shutdown'}],
  ['vm-name', 'refuse', /no VM vm-9 on host-0/, {}, {stop: {'vm-9': 'suspend'}}],
  [
    'vm-name',
    'refuse',
    /2 VMs are called web \(vm-1, vm-2\)/,
    {
      vms: [
        {ref: 'vm-1', name: 'web'},
        {ref: 'vm-2', name: 'web'},
      ],
    },
    {skip: ['web'], maintenance: false},
  ],
  ['skip', 'refuse', /vm-1 would keep/, {}, {skip: ['vm-1']}],
  [
    'no-target',
    'refuse',
    /no target for vm-1 \(host-1: no datastore/,
    {vms: [{ref: 'vm-1', datastores: ['datastore-9']}]},
  ],
  [
    'no-target',
    'refuse',
    /the server says no/,
    {
      facts: {
        incompatible: ['host-1', 'host-2'].map((host) => ({vm: 'vm-1', host, texts: ['the server says no']})),
      },
    },
  ],
  [
    'no-target',
    'refuse',
    /no target for vm-1 \(host-1: CPU\)/,
    {
      others: [{}],
      vms: [{ref: 'vm-1'}],
      facts: {checks: [{vm: 'vm-1', host: 'host-1', errors: ['CPU'], warnings: []}]},
    },
  ],
  [
    'capacity',
    'refuse',
    /no room for vm-1 .*free of 81\.6 GiB needed/,
    {vms: [{ref: 'vm-1', memoryUsedBytes: 80 * GIB}]},
  ],
  [
    'vm-question',
    'refuse',
    /vm-1: "Moved or copied\?" \(I moved it \| I copied it\)/,
    {
      vms: [
        {ref: 'vm-1', question: {id: '1', text: 'Moved or copied?', choices: ['I moved it', 'I copied it']}},
      ],
    },
  ],
  [
    'vm-task-running',
    'refuse',
    /vm-1: VirtualMachine\.relocateVm by eva/,
    {vms: [{ref: 'vm-1', task: relocate('eva')}]},
  ],
  ['vm-task-running', 'warn', /already on its way/, {vms: [{ref: 'vm-1', task: relocate('ana')}]}],
  [
    'vm-task-running',
    'warn',
    /already on its way/,
    {vms: [{ref: 'vm-1', task: relocate('com.vmware.vim.drs')}], cluster: drs},
  ],
  [
    'vm-disabled-method',
    'refuse',
    /usually by a backup.*vm-1/,
    {vms: [{ref: 'vm-1', disabledMethods: ['RelocateVM_Task']}]},
  ],
  ['vm-inaccessible', 'refuse', /vm-1 \(inaccessible\)/, {vms: [{ref: 'vm-1', connection: 'inaccessible'}]}],
  [
    'device',
    'refuse',
    /vm-1: CD\/DVD drive 1: host media connected/,
    {vms: [{ref: 'vm-1', devices: [{...device, kind: 'cdrom'}]}]},
  ],
  [
    'device',
    'pass',
    /./,
    {vms: [{ref: 'vm-1', devices: [{...device, kind: 'cdrom'}]}]},
    {disconnectMedia: true},
  ],
  [
    'device',
    'refuse',
    /image on datastore-2/,
    {
      vms: [{ref: 'vm-1', devices: [{...device, kind: 'cdrom', backing: 'iso', datastore: 'datastore-2'}]}],
      facts: {datastores: [store('datastore-1', 3), store('datastore-2', 1)]},
    },
  ],
  [
    'device',
    'pass',
    /./,
    {vms: [{ref: 'vm-1', devices: [{...device, kind: 'cdrom', backing: 'iso', datastore: 'datastore-1'}]}]},
  ],
  [
    'device',
    'refuse',
    /DirectPath/,
    {vms: [{ref: 'vm-1', devices: [{...device, kind: 'passthrough'}]}]},
    {disconnectMedia: true},
  ],
  [
    'device',
    'pass',
    /./,
    {vms: [{ref: 'vm-1', devices: [{...device, kind: 'passthrough'}]}]},
    {stop: {'vm-1': 'suspend'}},
  ],
  ['pinned', 'refuse', /vm-1/, {vms: [{ref: 'vm-1', cpuAffinity: true}]}],
  ['ft', 'warn', /vm-1/, {vms: [{ref: 'vm-1', faultTolerance: 'running'}]}],
  [
    'cli-vm',
    'refuse',
    /vm-1 is the machine that runs redeye/,
    {vms: [{ref: 'vm-1', biosUuid: '00112233-4455-6677-8899-aabbccddeeff'}], facts: esx, others: []},
    {standalone: 'shutdown', machineUuid: '33221100-5544-7766-8899-AABBCCDDEEFF'},
  ],
  [
    'vcenter-vm',
    'warn',
    /vm-1 is this vCenter: it moves last/,
    {vms: [{ref: 'vm-1', guest: {hostName: 'VC.example.net', addresses: []}}]},
    {endpoint: 'vc.example.net'},
  ],
  [
    'vcenter-vm',
    'refuse',
    /would be stopped/,
    {vms: [{ref: 'vm-1', guest: {hostName: '', addresses: ['10.0.0.9']}}]},
    {endpoint: '10.0.0.9', stop: {'vm-1': 'shutdown'}},
  ],
  [
    'evc',
    'warn',
    /the hosts differ: intel-skylake, intel-haswell/,
    {host: {maxEvcMode: 'intel-skylake'}, others: [{maxEvcMode: 'intel-haswell'}]},
  ],
  ['alarms', 'warn', /host-1: Host memory usage/, {others: [{redAlarms: ['Host memory usage']}]}],
  ['config-issue', 'warn', /host-0: no syslog/, {host: {configIssues: ['no syslog']}}],
  ['time-skew', 'warn', /10 min/, {facts: {serverAtMs: NOW + 600_000}}],
  ['parallel', 'warn', /more than the 8/, {}, {parallel: 16}],
  ['vsan-time', 'warn', /6h/, {host: {vsan: true}}, {vsan: 'evacuateAllData'}],
  ['compatibility', 'warn', /cannot say in advance/, {facts: {matrix: false}}],
  [
    'server-warning',
    'warn',
    /vm-1 to host-1: slow/,
    {
      others: [{}],
      vms: [{ref: 'vm-1'}],
      facts: {checks: [{vm: 'vm-1', host: 'host-1', errors: [], warnings: ['slow']}]},
    },
  ],
]

test.each(CASES)('%s: %s: %s', (id, level, saw, world, asked = {}) => {
  const input = evacuateOf('host-0', asked)
  const found = evacuateGuards(input, factsOf(input, world)).filter((finding) => finding.id === id)
  expect(found).toHaveLength(1)
  expect(found[0]).toMatchObject({level, saw: expect.stringMatching(saw)})
  // Whoever is refused is told what would clear it.
  expect(found[0]?.clear !== undefined).toBe(level === 'refuse')
})

test('when all is well every guard passes, each under a name of its own', () => {
  const input = evacuateOf('host-0')
  const findings = evacuateGuards(input, factsOf(input))
  expect(findings.filter(({level}) => level !== 'pass')).toEqual([])
  expect(new Set(findings.map(({id}) => id)).size).toBe(findings.length)
})

test('what must never be overridden cannot be', () => {
  const never = [
    'host-disconnected',
    'in-maintenance',
    'privilege',
    'vsan-mode',
    'last-host',
    'standalone',
    'skip',
    'capacity',
  ]
  const refusals = CASES.flatMap(([, , , world, asked = {}]) => {
    const input = evacuateOf('host-0', asked)
    return evacuateGuards(input, factsOf(input, world)).filter(({level}) => level === 'refuse')
  })
  for (const {id, overridable} of refusals)
    if (id !== 'no-target' && id !== 'vm-name')
      expect(`${id} ${overridable === true}`).toBe(`${id} ${!never.includes(id)}`)
})

test('a VM without a target may be left only where maintenance mode is not entered', () => {
  const stuck = {vms: [{ref: 'vm-1', datastores: ['datastore-9']}]}
  const overridable = [true, false].map((maintenance) => {
    const input = evacuateOf('host-0', {maintenance})
    return (
      evacuateGuards(input, factsOf(input, stuck)).find(({id}) => id === 'no-target')?.overridable === true
    )
  })
  expect(overridable).toEqual([false, true])
})

function store(ref: string, hosts: number) {
  return {
    ref,
    name: ref,
    type: 'VMFS',
    accessible: true,
    maintenance: 'normal',
    multipleHosts: hosts > 1,
    capacityBytes: GIB,
    freeBytes: GIB,
    uncommittedBytes: 0,
    hosts: ['host-0', 'host-1', 'host-2'].slice(0, hosts),
  }
}
