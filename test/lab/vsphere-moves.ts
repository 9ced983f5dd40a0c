import {expect} from 'vitest'
import type {VspherePace} from '../../src/lib/lab/vsphere-control-types.js'
import type {VsphereLab} from '../../src/lib/lab/vsphere-lab.js'
import type {Soap} from './vsphere-soap.js'

export const C = 'DC0_C0'
export const VM = `${C}_RP0_VM0`
const PACE: VspherePace = {
  ...{callMs: 0, checkMs: 0, relocateMs: 60, enterMs: 0, exitMs: 0, drsPauseMs: 0, drsAtOnce: 2, agentMs: 0},
  ...{
    shutdownMs: 20,
    toolsMs: 0,
    rebootMs: 100,
    staleMs: 0,
    movesAtOnce: 8,
    cancel: 'honest',
    switchoverPercent: 90,
  },
}

/** What tests of relocations ask, in a lab of two clusters with three hosts and three VMs each. */
export function relocations(at: () => {lab: VsphereLab; soap: Soap}) {
  const control = () => at().lab.control
  /** As at the start. */
  const reset = async () => {
    await control().clearFaults()
    await control().pace(PACE)
    for (const host of [0, 1, 2])
      await control().host({
        host: `${C}_H${host}`,
        connection: 'connected',
        inMaintenance: false,
        vmotion: true,
        memoryMB: 262144,
        limitMoves: 0,
      })
    for (const i of [0, 1, 2]) {
      await control().vm({
        vm: `${C}_RP0_VM${i}`,
        power: 'on',
        connection: 'connected',
        relocateMs: 0,
        usedMB: 2048,
      })
      await control().place({[`${C}_RP0_VM${i}`]: `${C}_H${i}`})
    }
    await control().cluster({cluster: C, rules: []})
    await control().forget()
  }
  const vmId = async (name: string) =>
    (await control().state()).vms.find((one) => one.name === name)?.moref ?? ''
  const hostId = async (name: string) =>
    (await control().state()).hosts.find((one) => one.name === name)?.moref ?? ''
  const hostOfVm = async (name: string) =>
    (await control().state()).vms.find((one) => one.name === name)?.host
  const relocate = async (vm: string, host: string, more = '') =>
    at().soap.task(
      'RelocateVM_Task',
      ['VirtualMachine', await vmId(vm)],
      `<spec>${more}<host type="HostSystem">${await hostId(host)}</host></spec>`,
    )
  const relocated = async (vm: string, host: string) => at().soap.ended(await relocate(vm, host))
  const progress = async (task: string) =>
    Number((await at().soap.props('Task', task, 'info.progress'))['info.progress'] ?? -1)

  const checker = ['VirtualMachineProvisioningChecker', 'ProvChecker'] as [string, string]

  async function checkRelocate(vm: string, host: string): Promise<string> {
    const args = `<vm type="VirtualMachine">${await vmId(vm)}</vm><spec><host type="HostSystem">${await hostId(host)}</host></spec>`
    return resultOf(await at().soap.task('CheckRelocate_Task', checker, args))
  }

  /** VM, host and fault of every answer. */
  async function matrix(vms: string[], hosts: string[]): Promise<(string | undefined)[][]> {
    const list = async (name: string, type: string, ids: Promise<string>[]) =>
      (await Promise.all(ids)).map((id) => `<${name} type="${type}">${id}</${name}>`).join('')
    const args = `${await list('vm', 'VirtualMachine', vms.map(vmId))}${await list('host', 'HostSystem', hosts.map(hostId))}`
    const text = await resultOf(await at().soap.task('QueryVMotionCompatibilityEx_Task', checker, args))
    return [...text.matchAll(/<CheckResult>(.*?)<\/CheckResult>/gs)].map(([, one = '']) => [
      /<vm [^>]*>([\w-]+)</.exec(one)?.[1],
      /<host [^>]*>([\w-]+)</.exec(one)?.[1],
      /<error><fault [^>]*type="(\w+)"/.exec(one)?.[1],
    ])
  }

  async function resultOf(task: string): Promise<string> {
    expect(await at().soap.ended(task)).toMatchObject({state: 'success'})
    return (await at().soap.props('Task', task, 'info.result'))['info.result'] ?? ''
  }

  /** Takes away everything that was added: the simulator's own devices have keys below. */
  async function forgetDevices(vm: string): Promise<void> {
    const text = (await at().soap.props('VirtualMachine', await vmId(vm), 'config.hardware.device'))[
      'config.hardware.device'
    ]
    const keys = [...(text ?? '').matchAll(/<key>(30\d\d)<\/key>/g)].map(([, key]) => key)
    const removals = keys.map(
      (key) =>
        `<deviceChange><operation>remove</operation><device xsi:type="VirtualDevice"><key>${key}</key></device></deviceChange>`,
    )
    const task = await at().soap.task(
      'ReconfigVM_Task',
      ['VirtualMachine', await vmId(vm)],
      `<spec>${removals.join('')}</spec>`,
    )
    expect(await at().soap.ended(task)).toMatchObject({state: 'success'})
  }

  return {
    control,
    reset,
    vmId,
    hostId,
    hostOfVm,
    relocate,
    relocated,
    progress,
    checkRelocate,
    matrix,
    forgetDevices,
  }
}
