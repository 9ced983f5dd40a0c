import type {Found} from './kind.js'
import type {CLUSTER, LONE} from './kinds-cluster.js'
import type {Cluster, Rule} from './model.js'
import {entityName} from './parse-name.js'
import {taskError} from './soap-fault.js'

type Config = NonNullable<Found<typeof CLUSTER>['configurationEx']>

export function parseCluster(found: Found<typeof CLUSTER>): Cluster {
  const {ref, configurationEx: config, summary} = found
  const drs = config?.drsConfig
  // Without a word the server's default holds.
  const behavior = drs?.defaultVmBehavior ?? 'fullyAutomated'
  return {
    ref,
    name: entityName(found.name, ref),
    kind: 'cluster',
    rootPool: found.resourcePool ?? '',
    hosts: found.host ?? [],
    drs: {enabled: drs?.enabled ?? false, behavior},
    drsOfVm: Object.fromEntries(
      (config?.drsVmConfig ?? []).flatMap((one) =>
        one.key === undefined
          ? []
          : [[one.key, {enabled: one.enabled ?? true, behavior: one.behavior ?? behavior}]],
      ),
    ),
    ha: {
      enabled: config?.dasConfig?.enabled ?? false,
      hostMonitoring: (config?.dasConfig?.hostMonitoring ?? 'enabled') === 'enabled',
      admissionControl: config?.dasConfig?.admissionControlEnabled ?? false,
      policy: policyOf(config),
      currentLevel: summary?.currentFailoverLevel ?? -1,
    },
    rules: rulesOf(config),
    evcMode: summary?.currentEVCModeKey ?? '',
    vsan: config?.vsanConfigInfo?.enabled ?? false,
    drsFaults: drsFaults(found),
  }
}

/** Has none of a cluster's features. */
export function parseLone(found: Found<typeof LONE>): Cluster {
  return {
    ref: found.ref,
    name: entityName(found.name, found.ref),
    kind: 'host',
    rootPool: found.resourcePool ?? '',
    hosts: found.host ?? [],
    drs: {enabled: false, behavior: 'manual'},
    drsOfVm: {},
    ha: {
      enabled: false,
      hostMonitoring: false,
      admissionControl: false,
      policy: {kind: 'none'},
      currentLevel: -1,
    },
    rules: [],
    evcMode: '',
    vsan: false,
    drsFaults: [],
  }
}

function policyOf(config: Config | undefined): Cluster['ha']['policy'] {
  const policy = config?.dasConfig?.admissionControlPolicy
  switch (policy?.is) {
    case 'ClusterFailoverResourcesAdmissionControlPolicy':
      return {
        kind: 'percent',
        cpuPercent: policy.cpuFailoverResourcesPercent ?? 0,
        memoryPercent: policy.memoryFailoverResourcesPercent ?? 0,
      }
    case 'ClusterFailoverLevelAdmissionControlPolicy':
      return {kind: 'level', hosts: policy.failoverLevel ?? 0}
    case 'ClusterFailoverHostAdmissionControlPolicy':
      return {kind: 'hosts', hosts: policy.failoverHosts}
    default:
      return {kind: 'none'}
  }
}

/** Those that are on; one that does not say counts. */
function rulesOf(config: Config | undefined): Rule[] {
  const vmsOf = (name: string | undefined) => config?.group.find((one) => one.name === name)?.vm ?? []
  const hostsOf = (name: string | undefined) => config?.group.find((one) => one.name === name)?.host ?? []
  return (config?.rule ?? [])
    .filter(({enabled}) => enabled !== false)
    .flatMap((rule): Rule[] => {
      const {is, name = '', vm, vmGroupName, affineHostGroupName: on, antiAffineHostGroupName: off} = rule
      // Only rules with hosts come in two strengths: DRS moves nothing against one between VMs.
      if (is === 'ClusterAntiAffinityRuleSpec') return [{kind: 'apart', name, mandatory: true, vms: vm}]
      if (is === 'ClusterAffinityRuleSpec') return [{kind: 'together', name, mandatory: true, vms: vm}]
      if (is !== 'ClusterVmHostRuleInfo') return []
      const both = {name, mandatory: rule.mandatory ?? false, vms: vmsOf(vmGroupName)}
      return [
        ...(on === undefined ? [] : [{kind: 'on' as const, ...both, hosts: hostsOf(on)}]),
        ...(off === undefined ? [] : [{kind: 'off' as const, ...both, hosts: hostsOf(off)}]),
      ]
    })
}

function drsFaults(found: Found<typeof CLUSTER>): Cluster['drsFaults'] {
  return (found.drsFault ?? []).flatMap(({faultsByVm}) =>
    faultsByVm.flatMap(({vm = '', fault}) => fault.map((one) => ({vm, text: taskError(one).text}))),
  )
}
