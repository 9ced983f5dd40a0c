import type {Vm} from '../../../systems/vsphere/model.js'

export type Demand = {
  memoryBytes: number
  cpuMhz: number
}

/** What the hypervisor itself needs for a VM, as a share of the VM's memory. */
const OVERHEAD = 0.02
/** Usage assumed of a running VM without statistics, as a share of its memory. */
const UNKNOWN = 0.6

/** What a VM takes on the host it runs on; nothing when it does not run. */
export function demandOf(vm: Vm): Demand {
  if (vm.power !== 'poweredOn') return {memoryBytes: 0, cpuMhz: 0}
  const used = vm.memoryUsedBytes > 0 ? vm.memoryUsedBytes : vm.memoryBytes * UNKNOWN
  const pinned = vm.memoryLocked || vm.latencyHigh || vm.passthrough ? vm.memoryBytes : 0
  return {
    memoryBytes: Math.ceil(Math.max(used, vm.memoryReservedBytes, pinned) * (1 + OVERHEAD)),
    cpuMhz: Math.max(vm.cpuUsedMhz, vm.cpuReservedMhz),
  }
}

/** What admission control counts: guaranteed, whether used or not. */
export function reservationOf(vm: Vm): Demand {
  if (vm.power !== 'poweredOn') return {memoryBytes: 0, cpuMhz: 0}
  const pinned = vm.memoryLocked || vm.latencyHigh || vm.passthrough ? vm.memoryBytes : 0
  return {
    memoryBytes: Math.ceil(Math.max(vm.memoryReservedBytes, pinned) + vm.memoryBytes * OVERHEAD),
    cpuMhz: vm.cpuReservedMhz,
  }
}

export function sum(demands: Iterable<Demand>): Demand {
  const total = {memoryBytes: 0, cpuMhz: 0}
  for (const {memoryBytes, cpuMhz} of demands) {
    total.memoryBytes += memoryBytes
    total.cpuMhz += cpuMhz
  }
  return total
}
