import type {Cluster, Datastore, Host, Vm} from '../../../src/lib/systems/vsphere/model.js'

export const GIB = 1024 ** 3

/** A connected host with room; what a test is about goes on top. */
export function aHost(ref: string, more: Partial<Host> = {}): Host {
  return {
    ref,
    name: ref,
    path: `/DC0/host/C0/${ref}`,
    parent: 'domain-c1',
    uuid: `uuid-${ref}`,
    connection: 'connected',
    power: 'poweredOn',
    inMaintenance: false,
    inQuarantine: false,
    entering: null,
    ha: '',
    overall: 'green',
    rebootRequired: false,
    rebootSupported: true,
    bootedAtMs: 0,
    memoryBytes: 64 * GIB,
    memoryUsedBytes: 0,
    cpuMhz: 20_000,
    cpuUsedMhz: 0,
    cpuThreads: 16,
    vmotionEnabled: true,
    vmotionSpeedMb: 10_000,
    migrations: 0,
    evcMode: '',
    maxEvcMode: '',
    managedBy: '',
    product: 'VMware ESXi 8.0.3 build-1',
    vsan: false,
    lockdown: '',
    datastores: ['datastore-1'],
    networks: ['network-1'],
    redAlarms: [],
    configIssues: [],
    startOrder: {},
    ...more,
  }
}

export function aVm(ref: string, host: string, more: Partial<Vm> = {}): Vm {
  return {
    ref,
    name: ref,
    instanceUuid: `uuid-${ref}`,
    biosUuid: `bios-${ref}`,
    host,
    power: 'poweredOn',
    connection: 'connected',
    template: false,
    managedBy: '',
    question: null,
    faultTolerance: 'notConfigured',
    minEvcMode: '',
    memoryBytes: 4 * GIB,
    cpus: 2,
    memoryReservedBytes: 0,
    memoryLocked: false,
    latencyHigh: false,
    passthrough: false,
    cpuReservedMhz: 0,
    memoryUsedBytes: 2 * GIB,
    cpuUsedMhz: 200,
    cpuAffinity: false,
    toolsRunning: true,
    datastores: ['datastore-1'],
    networks: ['network-1'],
    disabledMethods: [],
    task: null,
    guest: {hostName: '', addresses: []},
    pool: 'resgroup-1',
    devices: [],
    ...more,
  }
}

export function aCluster(hosts: readonly Host[], more: Partial<Cluster> = {}): Cluster {
  return {
    ref: 'domain-c1',
    name: 'C0',
    kind: 'cluster',
    rootPool: 'resgroup-1',
    hosts: hosts.map(({ref}) => ref),
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
    ...more,
  }
}

export function aDatastore(ref: string, hosts: string[], more: Partial<Datastore> = {}): Datastore {
  return {
    ref,
    name: ref,
    type: 'VMFS',
    accessible: true,
    maintenance: 'normal',
    multipleHosts: true,
    capacityBytes: 1000 * GIB,
    freeBytes: 500 * GIB,
    uncommittedBytes: 0,
    hosts,
    ...more,
  }
}
