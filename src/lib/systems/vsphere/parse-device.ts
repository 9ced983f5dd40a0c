import type {Found} from './kind.js'
import type {VM_DEVICES} from './kinds-vm.js'
import type {Device} from './model.js'

type Raw = NonNullable<Found<typeof VM_DEVICES>['config.hardware.device']>[number]

/** The devices that may keep a VM where it is; the others do not matter. */
export function parseDevices(devices: readonly Raw[]): Device[] {
  return devices.flatMap((one) => {
    const kind = kindOf(one)
    if (kind === undefined) return []
    return {
      key: one.key ?? 0,
      label: one.deviceInfo?.label ?? one.is,
      kind,
      // What cannot be disconnected is connected.
      connected: one.connectable?.connected ?? true,
      backing: backingOf(one.backing?.is ?? ''),
      datastore: one.backing?.datastore ?? '',
    }
  })
}

const KINDS: Readonly<Record<string, Device['kind']>> = {
  VirtualCdrom: 'cdrom',
  VirtualFloppy: 'floppy',
  VirtualSriovEthernetCard: 'sriov',
  VirtualUSB: 'usb',
  VirtualSerialPort: 'serial',
  VirtualParallelPort: 'parallel',
  VirtualSCSIPassthrough: 'passthrough',
}

function kindOf({is, backing, sharedBus}: Raw): Device['kind'] | undefined {
  if (is === 'VirtualPCIPassthrough') return backing?.is.endsWith('VmiopBackingInfo') ? 'vgpu' : 'passthrough'
  if (sharedBus !== undefined && sharedBus !== 'noSharing') return 'shared-bus'
  return KINDS[is]
}

/** `VirtualCdromIsoBackingInfo` → `iso` */
function backingOf(is: string): Device['backing'] {
  if (is === '') return 'none'
  if (/^Virtual(?:Cdrom|Floppy)(?:Iso|Image)Backing/.test(is)) return 'iso'
  // A client's drive, or nothing: a remote one has no medium of the host.
  if (/Remote/.test(is) && !/URI/.test(is)) return 'remote'
  if (/URI/.test(is)) return 'uri'
  if (/Pipe/.test(is)) return 'pipe'
  if (/File/.test(is)) return 'file'
  return 'host'
}
