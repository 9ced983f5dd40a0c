import {clean} from '../../text/clean.js'
import type {Found} from './kind.js'
import type {VM, VM_DEVICES, VM_STATE, WHEREABOUTS} from './kinds-vm.js'
import type {RunningTask, Vm} from './model.js'
import {parseDevices} from './parse-device.js'
import {entityName} from './parse-name.js'
import type {VmState, Whereabouts} from './vcenter.js'

const MIB = 1024 * 1024

/** @param more what was read of VMs on the host in question; @param running unfinished tasks of everybody */
export function parseVm(
  found: Found<typeof VM>,
  more: Found<typeof VM_DEVICES> | undefined,
  running: readonly RunningTask[],
): Vm {
  const devices = parseDevices(more?.['config.hardware.device'] ?? [])
  return {
    ...parseWhereabouts(found),
    biosUuid: found['config.uuid'] ?? '',
    faultTolerance: found['runtime.faultToleranceState'] ?? '',
    minEvcMode: found['runtime.minRequiredEVCModeKey'] ?? '',
    memoryBytes: (found['config.hardware.memoryMB'] ?? 0) * MIB,
    cpus: found['config.hardware.numCPU'] ?? 0,
    memoryReservedBytes: (found['config.memoryAllocation.reservation'] ?? 0) * MIB,
    memoryLocked: found['config.memoryReservationLockedToMax'] ?? false,
    latencyHigh: found['config.latencySensitivity']?.level === 'high',
    passthrough: devices.some(({kind}) => kind === 'passthrough' || kind === 'vgpu' || kind === 'sriov'),
    cpuReservedMhz: found['config.cpuAllocation.reservation'] ?? 0,
    memoryUsedBytes: (found['summary.quickStats.hostMemoryUsage'] ?? 0) * MIB,
    cpuUsedMhz: Math.max(
      found['summary.quickStats.overallCpuDemand'] ?? 0,
      found['summary.quickStats.overallCpuUsage'] ?? 0,
    ),
    cpuAffinity: (found['config.cpuAffinity']?.affinitySet.length ?? 0) > 0,
    toolsRunning: toolsRunning(found),
    datastores: found.datastore ?? [],
    networks: found.network ?? [],
    disabledMethods: found.disabledMethod ?? [],
    task: running.find(({entity}) => entity === found.ref) ?? null,
    guest: {hostName: clean(found['guest.hostName'] ?? ''), addresses: addresses(found, more)},
    pool: found.resourcePool ?? '',
    devices,
  }
}

export function parseWhereabouts(found: Found<typeof WHEREABOUTS>): Whereabouts {
  const managedBy = found['config.managedBy']?.extensionKey ?? ''
  return {...parseRunning(found), template: found['config.template'] ?? false, managedBy}
}

export function parseVmState(found: Found<typeof VM_STATE>, tasks: RunningTask[]): VmState {
  return {
    ...parseRunning(found),
    toolsRunning: toolsRunning(found),
    heartbeat: found.guestHeartbeatStatus ?? 'gray',
    tasks,
    devices: (found['config.hardware.device'] ?? []).flatMap(({key, connectable}) =>
      key !== undefined && connectable ? {key, connected: connectable.connected ?? false} : [],
    ),
  }
}

type Running = Pick<Found<typeof WHEREABOUTS>, keyof Found<typeof WHEREABOUTS> & keyof Found<typeof VM_STATE>>

function parseRunning(found: Running) {
  const question = found['runtime.question']
  return {
    ref: found.ref,
    name: entityName(found.name, found.ref),
    instanceUuid: found['config.instanceUuid'] ?? '',
    host: found['runtime.host'] ?? '',
    // What is not known counts as running, and as not to be touched.
    power: found['runtime.powerState'] ?? ('poweredOn' as const),
    connection: found['runtime.connectionState'] ?? ('invalid' as const),
    question: question
      ? {
          id: question.id ?? '',
          text: clean(question.text ?? ''),
          choices: (question.choice?.choiceInfo ?? []).map(({label, key}) => clean(label ?? key ?? '')),
        }
      : null,
  }
}

function toolsRunning(found: {'guest.toolsRunningStatus'?: string}): boolean {
  return found['guest.toolsRunningStatus'] === 'guestToolsRunning'
}

function addresses(found: Found<typeof VM>, more: Found<typeof VM_DEVICES> | undefined): string[] {
  const all = [
    found['guest.ipAddress'] ?? '',
    ...(more?.['guest.net'] ?? []).flatMap(({ipAddress}) => ipAddress),
  ]
  return [...new Set(all.filter((one) => one !== ''))]
}
