import type {VsphereControl} from './vsphere-control.js'
import type {VsphereVmInput} from './vsphere-control-types.js'

/** Names, and what a VM has that an evacuation must think about. */
const VMS: Record<string, Omit<VsphereVmInput, 'vm'>> = {
  'db-01': {memoryMB: 65536, usedMB: 52000, reservedMB: 32768, cpuMhz: 4100, cpus: 8},
  'db-02': {memoryMB: 65536, usedMB: 49000, reservedMB: 32768, cpuMhz: 3800, cpus: 8},
  'web-01': {memoryMB: 8192, usedMB: 5100, cpuMhz: 420},
  'web-02': {memoryMB: 8192, usedMB: 4900, cpuMhz: 380},
  'web-03': {memoryMB: 8192, usedMB: 5300, cpuMhz: 450},
  'mq-01': {memoryMB: 16384, usedMB: 9000, cpuMhz: 900},
  'build-01': {memoryMB: 32768, usedMB: 18000, cpuMhz: 5200, cpus: 8},
  'mail-01': {memoryMB: 12288, usedMB: 7000, cpuMhz: 300},
  'os-install': {memoryMB: 4096, usedMB: 900, devices: [{kind: 'iso', file: '[LocalDS_0] iso/debian.iso'}]},
  'ldap-01': {memoryMB: 4096, usedMB: 1200, cpuMhz: 80},
  'archive-01': {memoryMB: 8192, power: 'off'},
  'golden-image': {memoryMB: 4096, template: true},
}

const MOVES = {
  relocateMs: 4000,
  checkMs: 150,
  drsPauseMs: 200,
  enterMs: 500,
  exitMs: 500,
  shutdownMs: 3000,
  rebootMs: 20_000,
}

/**
 * Makes the estate of `lab up vsphere` of two clusters with four hosts and twelve VMs each: `drs`, which DRS looks after,
 * and `mdc`, where it only advises; the databases of each are kept apart. Moves take seconds, as they would.
 */
export async function furnishEstate(control: VsphereControl): Promise<void> {
  for (const [index, cluster] of ['drs', 'mdc'].entries()) {
    const old = `DC0_C${index}`
    for (const host of [0, 1, 2, 3])
      await control.host({
        host: `${old}_H${host}`,
        name: `${cluster}-esx-0${host + 1}`,
        dasState: HA[host] ?? '',
      })
    for (const [i, [name, has]] of Object.entries(VMS).entries())
      await control.vm({...has, vm: `${old}_RP0_VM${i}`, name: `${cluster}-${name}`})
    await control.cluster({
      cluster: old,
      name: cluster,
      drs: cluster === 'drs' ? 'fullyAutomated' : 'manual',
      ha: true,
      admissionControl: true,
      failoverPercent: 25,
      currentFailoverLevel: 2,
      rules: [{name: 'db-apart', kind: 'apart', vms: [`${cluster}-db-01`, `${cluster}-db-02`]}],
    })
  }
  await control.pace(MOVES)
  await control.forget()
}

const HA = ['master', 'connectedToMaster', 'connectedToMaster', 'connectedToMaster']
