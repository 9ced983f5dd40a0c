import type {LabRecord} from '../lab-record.js'
import {openVsphereControl} from '../vsphere-control.js'
import type {BrokenLab, Seen} from './break.js'
import {oneOf} from './break.js'

export function controlOf({control}: LabRecord) {
  return openVsphereControl(control ?? '')
}

/** A host with VMs, of the cluster whose VMs only redeye moves. */
export async function servingHost({record, random}: BrokenLab): Promise<string> {
  const {hosts, vms} = await controlOf(record).state()
  const runs = (host: string) => vms.some((vm) => vm.host === host && vm.power === 'poweredOn')
  const serving = hosts.filter(
    ({name, inMaintenance}) => name.startsWith('mdc-') && !inMaintenance && runs(name),
  )
  return oneOf(serving.map(({name}) => name).sort(), random)
}

export async function isEvacuated({record}: BrokenLab, host: string): Promise<Seen> {
  const {hosts} = await controlOf(record).state()
  const over = hosts.some(({name, inMaintenance}) => name === host && inMaintenance)
  return {over, saw: `${host} is ${over ? '' : 'not '}in maintenance mode`}
}
