import {kind} from './kind.js'
import {array, bool, list, number, oneOf, ref, struct, text, time} from './shape.js'

const connection = oneOf('connected', 'disconnected', 'notResponding')
const power = oneOf('poweredOn', 'poweredOff', 'standBy', 'unknown')

/** `status`, `list` and every plan. */
export const HOST = kind('HostSystem', {
  name: text,
  parent: ref,
  overallStatus: oneOf('green', 'yellow', 'red', 'gray'),
  datastore: array(ref),
  network: array(ref),
  triggeredAlarmState: array(struct({alarm: ref, overallStatus: text})),
  configIssue: array(struct({fullFormattedMessage: text})),
  'runtime.connectionState': connection,
  'runtime.powerState': power,
  'runtime.inMaintenanceMode': bool,
  'runtime.inQuarantineMode': bool,
  'runtime.bootTime': time,
  'runtime.dasHostState': struct({state: text}),
  'capability.rebootSupported': bool,
  'summary.hardware.uuid': text,
  'summary.hardware.memorySize': number,
  'summary.hardware.numCpuCores': number,
  'summary.hardware.numCpuThreads': number,
  'summary.hardware.cpuMhz': number,
  'summary.quickStats.overallMemoryUsage': number,
  'summary.quickStats.overallCpuUsage': number,
  'summary.config.vmotionEnabled': bool,
  'summary.currentEVCModeKey': text,
  'summary.maxEVCModeKey': text,
  'summary.managementServerIp': text,
  'summary.rebootRequired': bool,
  'config.product.fullName': text,
  'config.vsanHostConfig.enabled': bool,
  'config.lockdownMode': text,
  'config.autoStart.powerInfo': array(struct({key: ref, startOrder: number})),
  'config.virtualNicManagerInfo.netConfig': array(
    struct({
      nicType: text,
      selectedVnic: list(text),
      candidateVnic: list(
        struct({
          key: text,
          portgroup: text,
          spec: struct({distributedVirtualPort: struct({switchUuid: text})}),
        }),
      ),
    }),
  ),
  'config.network.pnic': array(struct({key: text, device: text, linkSpeed: struct({speedMb: number})})),
  'config.network.vswitch': array(struct({portgroup: list(text), pnic: list(text)})),
  'config.network.proxySwitch': array(struct({dvsUuid: text, pnic: list(text)})),
})

export const HOST_STATE = kind('HostSystem', {
  name: text,
  'runtime.connectionState': connection,
  'runtime.powerState': power,
  'runtime.inMaintenanceMode': bool,
  'runtime.bootTime': time,
  'runtime.dasHostState': struct({state: text}),
  'summary.rebootRequired': bool,
})

const sensorState = struct({key: text})

export const HOST_HEALTH = kind('HostSystem', {
  'config.network.pnic': array(struct({device: text, linkSpeed: struct({speedMb: number})})),
  'config.service.service': array(struct({key: text, running: bool})),
  'configManager.dateTimeSystem': ref,
  'summary.quickStats.uptime': number,
  'runtime.healthSystemRuntime.systemHealthInfo.numericSensorInfo': array(
    struct({
      name: text,
      sensorType: text,
      healthState: sensorState,
      currentReading: number,
      unitModifier: number,
      baseUnits: text,
    }),
  ),
  'runtime.healthSystemRuntime.hardwareStatusInfo.cpuStatusInfo': array(
    struct({name: text, status: sensorState}),
  ),
  'runtime.healthSystemRuntime.hardwareStatusInfo.memoryStatusInfo': array(
    struct({name: text, status: sensorState}),
  ),
  'runtime.healthSystemRuntime.hardwareStatusInfo.storageStatusInfo': array(
    struct({name: text, status: sensorState}),
  ),
})
