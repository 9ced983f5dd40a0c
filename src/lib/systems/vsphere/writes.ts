import {RemoteError} from '../../remote/fault.js'
import {VM_HARDWARE} from './kinds-vm.js'
import type {Session} from './session.js'
import {entity, text} from './shape.js'
import {sweep, theOne} from './sweep.js'
import {element, type Ref, refElement, type Tree} from './tree.js'
import type {VcenterWriter} from './vcenter.js'

/** Every write is one call that is never sent twice. The order of arguments is that of the schema. */
export function vcenterWriter(session: Session): VcenterWriter {
  const vm = (ref: string): Ref => ({type: 'VirtualMachine', ref})
  const host = (ref: string): Ref => ({type: 'HostSystem', ref})

  async function task(self: Ref, method: string, args: Tree[], signal: AbortSignal): Promise<string> {
    const started = await session.call({self, method, args, returns: entity, writes: true}, signal)
    if (started) return started.ref
    throw new RemoteError('lost', `${session.where}: ${method}: the answer names no task`, {class: 'garbled'})
  }

  async function plain(self: Ref, method: string, signal: AbortSignal): Promise<void> {
    await session.call({self, method, args: [], returns: text, writes: true}, signal)
  }

  return {
    relocate(ref, to, priority, signal) {
      const pool = to.pool === undefined ? [] : [refElement('pool', {type: 'ResourcePool', ref: to.pool})]
      const spec = element('spec', [...pool, refElement('host', host(to.host))])
      return task(vm(ref), 'RelocateVM_Task', [spec, element('priority', `${priority}Priority`)], signal)
    },
    enterMaintenance(ref, {timeoutSec, evacuatePoweredOff, vsan}, signal) {
      const mode = vsan === undefined ? [] : [element('vsanMode', [element('objectAction', vsan)])]
      const args = [
        element('timeout', timeoutSec),
        element('evacuatePoweredOffVms', evacuatePoweredOff),
        ...(vsan === undefined ? [] : [element('maintenanceSpec', mode)]),
      ]
      return task(host(ref), 'EnterMaintenanceMode_Task', args, signal)
    },
    exitMaintenance(ref, timeoutSec, signal) {
      return task(host(ref), 'ExitMaintenanceMode_Task', [element('timeout', timeoutSec)], signal)
    },
    reboot: (ref, signal) => task(host(ref), 'RebootHost_Task', [element('force', false)], signal),
    shutdownGuest: (ref, signal) => plain(vm(ref), 'ShutdownGuest', signal),
    powerOff: (ref, signal) => task(vm(ref), 'PowerOffVM_Task', [], signal),
    suspend: (ref, signal) => task(vm(ref), 'SuspendVM_Task', [], signal),
    powerOn: (ref, signal) => task(vm(ref), 'PowerOnVM_Task', [], signal),
    async setConnected(ref, deviceKey, connected, signal) {
      const device = await hardware(session, ref, deviceKey, signal)
      const change = element('deviceChange', [
        element('operation', 'edit'),
        {...withConnected(device, connected), name: 'device'},
      ])
      return await task(vm(ref), 'ReconfigVM_Task', [element('spec', [change])], signal)
    },
    cancelTask: (key, signal) => plain({type: 'Task', ref: key}, 'CancelTask', signal),
  }
}

async function hardware(session: Session, vm: string, deviceKey: number, signal: AbortSignal): Promise<Tree> {
  const found = await sweep(session, [VM_HARDWARE], [{from: {type: 'VirtualMachine', ref: vm}}], signal)
  const devices = theOne(found, VM_HARDWARE, vm, session.where)['config.hardware.device'] ?? []
  const device = devices.find((one) =>
    one.children.some(({name, text: key}) => name === 'key' && key === String(deviceKey)),
  )
  if (device) return device
  throw new RemoteError('answered', `${session.where}: ${vm} has no device ${deviceKey}`, {
    class: 'no-such-device',
  })
}

function withConnected(device: Tree, connected: boolean): Tree {
  const children = device.children.map((one) => (one.name === 'connectable' ? switched(one, connected) : one))
  return {...device, children}
}

function switched(connectable: Tree, connected: boolean): Tree {
  const text = String(connected)
  return {
    ...connectable,
    children: connectable.children.map((one) => (one.name === 'connected' ? {...one, text} : one)),
  }
}
