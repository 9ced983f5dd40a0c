import {kind} from './kind.js'
import {array, bool, list, number, oneOf, ref, struct, text, tree} from './shape.js'

const where = {
  name: text,
  'config.instanceUuid': text,
  'runtime.host': ref,
  'runtime.powerState': oneOf('poweredOn', 'poweredOff', 'suspended'),
  'runtime.connectionState': oneOf('connected', 'disconnected', 'orphaned', 'inaccessible', 'invalid'),
  'runtime.question': struct({
    id: text,
    text,
    choice: struct({choiceInfo: list(struct({key: text, label: text}))}),
  }),
}
const agent = {'config.template': bool, 'config.managedBy': struct({extensionKey: text})}

/** The cheap sweep. */
export const WHEREABOUTS = kind('VirtualMachine', {...where, ...agent})

/** `vm list` and every plan. */
export const VM = kind('VirtualMachine', {
  ...where,
  ...agent,
  resourcePool: ref,
  datastore: array(ref),
  network: array(ref),
  disabledMethod: array(text),
  'runtime.faultToleranceState': text,
  'runtime.minRequiredEVCModeKey': text,
  'config.uuid': text,
  'config.cpuAffinity': struct({affinitySet: list(number)}),
  'config.latencySensitivity': struct({level: text}),
  'config.memoryReservationLockedToMax': bool,
  'config.hardware.memoryMB': number,
  'config.hardware.numCPU': number,
  'config.cpuAllocation.reservation': number,
  'config.memoryAllocation.reservation': number,
  'summary.quickStats.hostMemoryUsage': number,
  'summary.quickStats.overallCpuDemand': number,
  'summary.quickStats.overallCpuUsage': number,
  'guest.toolsRunningStatus': text,
  'guest.hostName': text,
  'guest.ipAddress': text,
})

/** What is too large to be read of every VM. */
export const VM_DEVICES = kind('VirtualMachine', {
  'config.hardware.device': array(
    struct({
      key: number,
      deviceInfo: struct({label: text}),
      connectable: struct({connected: bool}),
      backing: struct({fileName: text, datastore: ref}),
      sharedBus: text,
    }),
  ),
  'guest.net': array(struct({ipAddress: list(text)})),
})

export const VM_STATE = kind('VirtualMachine', {
  ...where,
  'guest.toolsRunningStatus': text,
  guestHeartbeatStatus: oneOf('green', 'yellow', 'red', 'gray'),
  'config.hardware.device': array(struct({key: number, connectable: struct({connected: bool})})),
})

/** Devices as they came, to be sent back. */
export const VM_HARDWARE = kind('VirtualMachine', {'config.hardware.device': array(tree)})
