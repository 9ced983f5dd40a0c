import {kind} from './kind.js'
import {array, bool, list, number, oneOf, ref, struct, text} from './shape.js'
import {localFault} from './soap-fault.js'

const behavior = oneOf('fullyAutomated', 'partiallyAutomated', 'manual')

/** Of one object each: here whole structures are cheap, and what is in them depends on their type. */
export const CLUSTER = kind('ClusterComputeResource', {
  name: text,
  parent: ref,
  host: array(ref),
  resourcePool: ref,
  summary: struct({currentFailoverLevel: number, currentEVCModeKey: text}),
  drsFault: array(struct({faultsByVm: list(struct({vm: ref, fault: list(localFault)}))})),
  configurationEx: struct({
    drsConfig: struct({enabled: bool, defaultVmBehavior: behavior}),
    drsVmConfig: list(struct({key: ref, enabled: bool, behavior})),
    dasConfig: struct({
      enabled: bool,
      hostMonitoring: text,
      admissionControlEnabled: bool,
      admissionControlPolicy: struct({
        cpuFailoverResourcesPercent: number,
        memoryFailoverResourcesPercent: number,
        failoverLevel: number,
        failoverHosts: list(ref),
      }),
    }),
    vsanConfigInfo: struct({enabled: bool}),
    rule: list(
      struct({
        name: text,
        enabled: bool,
        mandatory: bool,
        vm: list(ref),
        vmGroupName: text,
        affineHostGroupName: text,
        antiAffineHostGroupName: text,
      }),
    ),
    group: list(struct({name: text, vm: list(ref), host: list(ref)})),
  }),
})

/** A host that is in no cluster. */
export const LONE = kind('ComputeResource', {name: text, parent: ref, host: array(ref), resourcePool: ref})

export const DATASTORE = kind('Datastore', {
  name: text,
  host: array(struct({key: ref, mountInfo: struct({accessMode: text, mounted: bool, accessible: bool})})),
  'summary.type': text,
  'summary.accessible': bool,
  'summary.maintenanceMode': text,
  'summary.multipleHostAccess': bool,
  'summary.capacity': number,
  'summary.freeSpace': number,
  'summary.uncommitted': number,
})

/** What paths are made of. */
export const FOLDER = kind('Folder', {name: text, parent: ref})
export const DATACENTER = kind('Datacenter', {name: text, parent: ref})
export const ALARM = kind('Alarm', {'info.name': text})
