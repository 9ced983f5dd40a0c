import {clean} from '../../text/clean.js'
import type {Found} from './kind.js'
import type {HOST_HEALTH} from './kinds-host.js'
import type {HostHealth} from './vcenter.js'

type Sensor = HostHealth['sensors'][number]

/** @param skewMs the host's clock minus the server's */
export function parseHealth(found: Found<typeof HOST_HEALTH>, skewMs: number | null): HostHealth {
  // Installed packages are listed among the sensors, always green.
  const numeric = (found['runtime.healthSystemRuntime.systemHealthInfo.numericSensorInfo'] ?? []).filter(
    ({sensorType}) => sensorType !== 'Software Components',
  )
  const hardware = [
    ...(found['runtime.healthSystemRuntime.hardwareStatusInfo.cpuStatusInfo'] ?? []),
    ...(found['runtime.healthSystemRuntime.hardwareStatusInfo.memoryStatusInfo'] ?? []),
    ...(found['runtime.healthSystemRuntime.hardwareStatusInfo.storageStatusInfo'] ?? []),
  ]
  const ntp = found['config.service.service']?.find(({key}) => key === 'ntpd')
  return {
    sensors: [
      ...numeric.map((one) => ({
        name: clean(one.name ?? ''),
        state: colour(one.healthState?.key),
        reading: reading(one.currentReading, one.unitModifier, one.baseUnits),
      })),
      ...hardware.map((one) => ({name: clean(one.name ?? ''), state: colour(one.status?.key), reading: ''})),
    ],
    linksDown: (found['config.network.pnic'] ?? [])
      .filter(({linkSpeed}) => linkSpeed === undefined)
      .map(({device = ''}) => device),
    ntpRunning: ntp?.running ?? null,
    skewMs,
    uptimeSec: found['summary.quickStats.uptime'] ?? 0,
  }
}

function colour(key = ''): Sensor['state'] {
  const known = key.toLowerCase()
  return known === 'green' || known === 'yellow' || known === 'red' ? known : 'unknown'
}

/** Readings are whole numbers, to be multiplied by ten to the power of the modifier. */
function reading(current: number | undefined, modifier = 0, units = ''): string {
  if (current === undefined || units === '') return ''
  const value = current * 10 ** modifier
  return `${Number(value.toFixed(2))} ${clean(units)}`
}
