import type {Vm} from '../../systems/vsphere/model.js'
import {few} from '../finding.js'
import type {Reading} from '../reading.js'
import {bytes, mhz} from './amounts.js'
import {type Asked, type Choice, chooseUnchecked} from './choose.js'
import {factsOfHost} from './estate-facts.js'
import {demandOf} from './placement/demand.js'
import {compareText} from './placement/unit.js'
import type {EstateFacts} from './read-estate.js'

export interface Filter {
  /** Name or MoRef value of a host. */
  host: string | null
  power: 'on' | 'off' | 'suspended' | null
  /** Only VMs that would keep their host from being evacuated. */
  blockers: boolean
  sort: 'name' | 'memory' | 'cpu' | 'host'
}

interface Row {
  vm: Vm
  host: string
  /** What an evacuation of its host would do with it. */
  leaves: string
  /** Why it would not, empty when it would. */
  blocked: string
}

/** As if each host were evacuated by itself: the same choice as the plan, without the server's own checks. */
const ASKED: Asked = {
  poweredOff: 'leave',
  maintenance: true,
  skip: [],
  stop: {},
  standalone: null,
  ignoreRules: [],
  memHeadroom: 10,
  cpuHeadroom: 10,
}

/** VMs with where they are and how they would leave. */
export function vmList(facts: EstateFacts, filter: Filter): Reading {
  const rows = facts.estate.hosts
    .filter(({name, ref}) => filter.host === null || filter.host === name || filter.host === ref)
    .flatMap((host) => rowsOf(host, facts))
    .filter(({vm, blocked}) => fits(vm, blocked, filter))
    .toSorted(order(filter.sort))
  return {
    tables: [
      {
        columns: [
          {name: 'VM', shrink: true},
          {name: 'power'},
          {name: 'mem', align: 'right'},
          {name: 'cpu', align: 'right'},
          {name: 'host', shrink: true},
          {name: 'leaves by', shrink: true},
        ],
        rows: rows.map(({vm, host, leaves, blocked}) => [
          vm.name,
          vm.power === 'poweredOn' ? 'on' : vm.power === 'suspended' ? 'susp' : 'off',
          bytes(vm.power === 'poweredOn' ? demandOf(vm).memoryBytes : vm.memoryBytes),
          mhz(demandOf(vm).cpuMhz),
          host,
          blocked || leaves,
        ]),
      },
    ],
    notes: rows.flatMap(({vm}) =>
      vm.question ? [`${vm.name} waits for an answer: "${vm.question.text}"`] : [],
    ),
    json: rows.map(({vm, host, leaves, blocked}) => ({
      ref: vm.ref,
      name: vm.name,
      instanceUuid: vm.instanceUuid,
      host,
      power: vm.power,
      connection: vm.connection,
      memoryBytes: vm.memoryBytes,
      demand: demandOf(vm),
      template: vm.template,
      leaves,
      blocked,
    })),
  }
}

function rowsOf(host: EstateFacts['estate']['hosts'][number], facts: EstateFacts): Row[] {
  const seen = factsOfHost(host, facts)
  if (!seen) return []
  const choice = chooseUnchecked(ASKED, seen)
  return choice.fates.map(({vm, fate}) => {
    const blocked = whyNot(vm, choice)
    const leaves =
      fate.kind === 'move'
        ? 'vMotion'
        : fate.kind === 'drs'
          ? 'DRS'
          : fate.kind === 'agent'
            ? 'vSphere'
            : 'stays'
    return {vm, host: host.name, leaves, blocked}
  })
}

function whyNot(vm: Vm, {mode, placement, fates}: Choice): string {
  if (vm.power !== 'poweredOn') return ''
  if (vm.connection !== 'connected') return vm.connection
  const fate = fates.find((one) => one.vm.ref === vm.ref)?.fate
  if (fate?.kind === 'agent') return ''
  if (mode === 'standalone') return 'stop needed: no other host'
  if (vm.passthrough) return 'stop needed: passthrough device'
  const unplaced = placement.unplaced.find((one) => one.vm.ref === vm.ref)
  if (!unplaced) return ''
  const codes = [...new Set(unplaced.reasons.map(({reason}) => reason.code))]
  return `no target: ${codes.length > 0 ? few(codes) : 'no other host'}`
}

function fits(vm: Vm, blocked: string, {power, blockers}: Filter): boolean {
  const state = vm.power === 'poweredOn' ? 'on' : vm.power === 'suspended' ? 'suspended' : 'off'
  return (power === null || state === power) && (!blockers || blocked !== '')
}

function order(sort: Filter['sort']): (a: Row, b: Row) => number {
  const byName = (a: Row, b: Row) => compareText(a.vm.name, b.vm.name)
  switch (sort) {
    case 'memory':
      return (a, b) => demandOf(b.vm).memoryBytes - demandOf(a.vm).memoryBytes || byName(a, b)
    case 'cpu':
      return (a, b) => demandOf(b.vm).cpuMhz - demandOf(a.vm).cpuMhz || byName(a, b)
    case 'host':
      return (a, b) => compareText(a.host, b.host) || byName(a, b)
    default:
      return byName
  }
}
