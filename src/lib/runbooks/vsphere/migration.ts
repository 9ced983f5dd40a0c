import type {RunningTask} from '../../systems/vsphere/model.js'

/** `VirtualMachine.relocateVm`, `VirtualMachine.migrate`, and what DRS starts: `Drm.ExecuteVMotionLRO`. */
export function isMigration({what}: Pick<RunningTask, 'what'>): boolean {
  return /relocate|migrate|vmotion/i.test(what)
}
