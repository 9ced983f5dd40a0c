import {clean} from '../../text/clean.js'
import type {Found} from './kind.js'
import type {HOST, HOST_STATE} from './kinds-host.js'
import type {Host, RunningTask} from './model.js'
import {entityName} from './parse-name.js'
import {enteringOf, isMove} from './parse-task.js'
import type {HostState} from './vcenter.js'

const MIB = 1024 * 1024

export interface HostContext {
  path: string
  /** Unfinished ones, of the host and its VMs. */
  running: readonly RunningTask[]
  /** VMs that run on it. */
  vms: ReadonlySet<string>
  /** Name of an alarm. */
  alarm(ref: string): string
  /** We signed in to this host itself. */
  direct: boolean
}

export function parseHost(found: Found<typeof HOST>, {path, running, vms, alarm, direct}: HostContext): Host {
  const {ref} = found
  const mine = running.filter(({entity}) => entity === ref || vms.has(entity))
  return {
    ...parseHostState(found, running),
    path,
    parent: found.parent ?? '',
    uuid: found['summary.hardware.uuid'] ?? '',
    inQuarantine: found['runtime.inQuarantineMode'] ?? false,
    overall: found.overallStatus ?? 'gray',
    rebootSupported: found['capability.rebootSupported'] ?? true,
    memoryBytes: found['summary.hardware.memorySize'] ?? 0,
    memoryUsedBytes: (found['summary.quickStats.overallMemoryUsage'] ?? 0) * MIB,
    cpuMhz: (found['summary.hardware.numCpuCores'] ?? 0) * (found['summary.hardware.cpuMhz'] ?? 0),
    cpuUsedMhz: found['summary.quickStats.overallCpuUsage'] ?? 0,
    cpuThreads: found['summary.hardware.numCpuThreads'] ?? 0,
    vmotionEnabled: found['summary.config.vmotionEnabled'] ?? false,
    vmotionSpeedMb: vmotionSpeedMb(found),
    migrations: mine.filter(isMove).length,
    evcMode: found['summary.currentEVCModeKey'] ?? '',
    maxEvcMode: found['summary.maxEVCModeKey'] ?? '',
    managedBy: direct ? (found['summary.managementServerIp'] ?? '') : '',
    product: found['config.product.fullName'] ?? '',
    vsan: found['config.vsanHostConfig.enabled'] ?? false,
    lockdown: found['config.lockdownMode'] ?? '',
    datastores: found.datastore ?? [],
    networks: found.network ?? [],
    redAlarms: redAlarms(found).map(alarm),
    configIssues: (found.configIssue ?? []).map(({fullFormattedMessage}) =>
      clean(fullFormattedMessage ?? ''),
    ),
    startOrder: startOrder(found),
  }
}

export function parseHostState(found: Found<typeof HOST_STATE>, running: readonly RunningTask[]): HostState {
  return {
    ref: found.ref,
    name: entityName(found.name, found.ref),
    // What is not known counts as not usable.
    connection: found['runtime.connectionState'] ?? 'disconnected',
    power: found['runtime.powerState'] ?? 'unknown',
    inMaintenance: found['runtime.inMaintenanceMode'] ?? false,
    entering: enteringOf(found.ref, running),
    rebootRequired: found['summary.rebootRequired'] ?? false,
    bootedAtMs: found['runtime.bootTime'] ?? 0,
    ha: found['runtime.dasHostState']?.state ?? '',
  }
}

/** References of the alarms that are red. */
export function redAlarms(found: Found<typeof HOST>): string[] {
  return (found.triggeredAlarmState ?? [])
    .filter(({overallStatus}) => overallStatus === 'red')
    .flatMap(({alarm}) => alarm ?? [])
}

/** Only VMs that are to be started have an order above zero. */
function startOrder(found: Found<typeof HOST>): {[vm: string]: number} {
  const entries = (found['config.autoStart.powerInfo'] ?? []).flatMap(({key, startOrder: order}) =>
    key !== undefined && order !== undefined && order > 0 ? [[key, order] as const] : [],
  )
  return Object.fromEntries(entries)
}

/** Of the fastest uplink of the switch, standard or distributed, that carries the vMotion adapter. */
function vmotionSpeedMb(found: Found<typeof HOST>): number {
  const config = found['config.virtualNicManagerInfo.netConfig'] ?? []
  const vmotion = config.find(({nicType}) => nicType === 'vmotion')
  const chosen = vmotion?.candidateVnic.filter(({key = ''}) =>
    vmotion.selectedVnic.some((one) => one === key || one.endsWith(`.${key}`)),
  )
  const uplinks = new Set(chosen?.flatMap((nic) => uplinksOf(nic, found)))
  const speeds = (found['config.network.pnic'] ?? [])
    .filter(({key = ''}) => uplinks.has(key))
    .map(({linkSpeed}) => linkSpeed?.speedMb ?? 0)
  return Math.max(0, ...speeds)
}

type VirtualNic = NonNullable<
  Found<typeof HOST>['config.virtualNicManagerInfo.netConfig']
>[number]['candidateVnic'][number]

function uplinksOf({portgroup, spec}: VirtualNic, found: Found<typeof HOST>): string[] {
  const dvs = spec?.distributedVirtualPort?.switchUuid
  if (dvs !== undefined)
    return (found['config.network.proxySwitch'] ?? [])
      .filter((one) => one.dvsUuid === dvs)
      .flatMap((one) => one.pnic)
  if (!portgroup) return []
  // Keys of port groups are `key-vim.host.PortGroup-NAME`.
  const carries = (one: {portgroup: string[]}) =>
    one.portgroup.some((key) => key.endsWith(`PortGroup-${portgroup}`))
  return (found['config.network.vswitch'] ?? []).filter(carries).flatMap((one) => one.pnic)
}
