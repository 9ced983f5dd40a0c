import type {Datastore, Device, Host, Vm} from '../../systems/vsphere/model.js'

/** A device in the way of a migration, and what would clear it. */
export interface Hindrance {
  vm: Vm
  device: Device
  /** `media`: disconnecting is enough. `stop`: the VM has to stop. */
  fix: 'media' | 'stop'
  text: string
}

/** The devices that keep VMs from these hosts, as far as they can be known without asking the server. */
export function hindrances(
  vms: readonly Vm[],
  hosts: readonly Host[],
  datastores: readonly Datastore[],
): Hindrance[] {
  return vms.flatMap((vm) =>
    vm.devices.flatMap((device): Hindrance[] => {
      const problem = hindrance(device, hosts, datastores)
      return problem ? [{vm, device, ...problem}] : []
    }),
  )
}

function hindrance(
  {kind, connected, backing, datastore}: Device,
  hosts: readonly Host[],
  datastores: readonly Datastore[],
): Pick<Hindrance, 'fix' | 'text'> | undefined {
  switch (kind) {
    case 'cdrom':
    case 'floppy': {
      if (!connected) return undefined
      if (backing === 'host' || backing === 'remote')
        return {fix: 'media', text: `${backing} media connected`}
      const store = datastores.find(({ref}) => ref === datastore)
      const everywhere = hosts.every(({ref}) => store?.hosts.includes(ref))
      if (datastore === '' || everywhere) return undefined
      return {fix: 'media', text: `image on ${store?.name ?? datastore}, which not every target has`}
    }
    case 'passthrough':
      return {fix: 'stop', text: 'DirectPath device'}
    case 'vgpu':
      return {fix: 'stop', text: 'vGPU: moves only where vGPU vMotion is on'}
    case 'sriov':
      return {fix: 'stop', text: 'SR-IOV network card'}
    case 'usb':
      return backing === 'host' && connected ? {fix: 'stop', text: 'USB device of the host'} : undefined
    case 'serial':
    case 'parallel':
      return connected && (backing === 'host' || backing === 'pipe')
        ? {fix: 'stop', text: `${kind} port on a ${backing === 'host' ? 'device of the host' : 'pipe'}`}
        : undefined
    case 'shared-bus':
      return {fix: 'stop', text: 'shared SCSI bus'}
    default:
      return undefined
  }
}

/** Datastores behind the VM's CD-ROM and floppy images. */
export function imageDatastores({devices}: Vm): string[] {
  return devices.flatMap(({kind, datastore}) =>
    (kind === 'cdrom' || kind === 'floppy') && datastore !== '' ? [datastore] : [],
  )
}
