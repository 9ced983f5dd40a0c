import type {Rule, Vm} from '../../../systems/vsphere/model.js'
import {type Demand, demandOf, sum} from './demand.js'
import {type Ground, runs} from './ground.js'

/** VMs that must go to one host together; mostly one. */
export interface Unit {
  /** Largest first. */
  vms: Vm[]
  demand: Demand
  /** Where their companions run already, by a keep-together rule; null: anywhere. */
  beside: {rule: string; hosts: ReadonlySet<string>} | null
}

/** By memory, largest first, then by name: the same inventory always gives the same order. */
export function unitsOf(ground: Ground, movable: readonly Vm[]): Unit[] {
  const together = ground.rules.filter((rule) => rule.kind === 'together')
  return groups(together, movable)
    .map((vms) => unitOf(vms.toSorted(bySize), together, ground))
    .toSorted((a, b) => b.demand.memoryBytes - a.demand.memoryBytes || byName(a, b))
}

function unitOf(vms: Vm[], together: readonly Rule[], ground: Ground): Unit {
  return {vms, demand: sum(vms.map(demandOf)), beside: companions(vms, together, ground)}
}

/** The first rule with companions elsewhere narrows; another one may narrow further. */
function companions(vms: readonly Vm[], together: readonly Rule[], ground: Ground): Unit['beside'] {
  const mine = new Set(vms.filter(runs).map(({ref}) => ref))
  let beside: Unit['beside'] = null
  for (const rule of together) {
    if (!rule.vms.some((vm) => mine.has(vm))) continue
    const hosts = new Set(
      ground.vms.flatMap((vm) =>
        rule.vms.includes(vm.ref) && !mine.has(vm.ref) && runs(vm) && vm.host !== ground.source
          ? [vm.host]
          : [],
      ),
    )
    if (hosts.size === 0) continue
    const both: Set<string> = beside ? new Set([...hosts].filter((host) => beside?.hosts.has(host))) : hosts
    beside = {rule: rule.name, hosts: both}
  }
  return beside
}

function groups(together: readonly Rule[], movable: readonly Vm[]): Vm[][] {
  const groupOf = new Map(movable.map((vm) => [vm.ref, [vm]]))
  for (const rule of together) {
    const members = movable.filter((vm) => runs(vm) && rule.vms.includes(vm.ref))
    const [first, ...rest] = [...new Set(members.map((vm) => groupOf.get(vm.ref)))]
    if (!first) continue
    for (const other of rest) {
      for (const vm of other ?? []) {
        first.push(vm)
        groupOf.set(vm.ref, first)
      }
    }
  }
  return [...new Set(groupOf.values())]
}

export function bySize(a: Vm, b: Vm): number {
  return (
    demandOf(b).memoryBytes - demandOf(a).memoryBytes ||
    compareText(a.name, b.name) ||
    compareText(a.ref, b.ref)
  )
}

function byName(a: Unit, b: Unit): number {
  const [one, other] = [a.vms[0], b.vms[0]]
  return compareText(one?.name ?? '', other?.name ?? '') || compareText(one?.ref ?? '', other?.ref ?? '')
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
