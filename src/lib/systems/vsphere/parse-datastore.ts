import type {Found} from './kind.js'
import type {DATASTORE} from './kinds-cluster.js'
import type {Datastore} from './model.js'
import {entityName} from './parse-name.js'

export function parseDatastore(found: Found<typeof DATASTORE>): Datastore {
  const usable = (found.host ?? []).filter(
    ({mountInfo}) =>
      mountInfo?.accessMode === 'readWrite' && mountInfo.mounted !== false && mountInfo.accessible !== false,
  )
  return {
    ref: found.ref,
    name: entityName(found.name, found.ref),
    type: found['summary.type'] ?? '',
    accessible: found['summary.accessible'] ?? false,
    maintenance: found['summary.maintenanceMode'] ?? 'normal',
    multipleHosts: found['summary.multipleHostAccess'] ?? false,
    capacityBytes: found['summary.capacity'] ?? 0,
    freeBytes: found['summary.freeSpace'] ?? 0,
    uncommittedBytes: found['summary.uncommitted'] ?? 0,
    hosts: usable.flatMap(({key}) => key ?? []),
  }
}
