import type {Vm} from '../../systems/vsphere/model.js'

const AGENT_MANAGER = 'com.vmware.vim.eam'

/** vSphere's own VMs (vCLS and other cluster agents): vSphere moves and stops them, nobody else does [VMware KB 80472]. */
export function isAgent({managedBy, name}: Pick<Vm, 'managedBy' | 'name'>): boolean {
  return managedBy === AGENT_MANAGER || name.startsWith('vCLS')
}
