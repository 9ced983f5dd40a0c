import type {Vm} from '../../systems/vsphere/model.js'
import type {VsphereSystems} from '../../systems/vsphere/vcenter.js'
import {isAgent} from './agents.js'
import {choose} from './choose.js'
import {hindrances} from './devices.js'
import {type Facts, vmsOn} from './facts.js'
import {leftWithout} from './ha.js'
import type {EvacuateInput} from './input.js'
import {lookAgain, noTarget} from './stragglers.js'

/** Why a host does not get into maintenance mode, one line each, the most likely first. Reads only. */
export async function diagnose(
  systems: VsphereSystems,
  asked: EvacuateInput,
  planned: Facts,
  signal: AbortSignal,
): Promise<string[]> {
  const facts = await lookAgain(systems, asked, planned, signal)
  const running = vmsOn(facts).filter(({power}) => power === 'poweredOn')
  return [...running.map((vm) => reasonOf(vm, asked, facts)), ...ofTheCluster(asked, facts)]
}

function reasonOf(vm: Vm, asked: EvacuateInput, facts: Facts): string {
  if (isAgent(vm))
    return `${vm.name}: an agent of the cluster that vSphere does not stop; see retreat mode, VMware KB 316514`
  if (vm.question) return `${vm.name}: waits for an answer: "${vm.question.text}"`
  const fault = facts.cluster.drsFaults.find((one) => one.vm === vm.ref)
  if (fault) return `${vm.name}: ${fault.text}`
  const [device] = hindrances([vm], facts.hosts, facts.datastores)
  if (device) return `${vm.name}: ${device.device.label}: ${device.text}`
  const {placement} = choose({...asked, maintenance: false}, facts)
  const unplaced = placement.unplaced.find((one) => one.vm.ref === vm.ref)
  if (unplaced && unplaced.reasons.length > 0) return `${vm.name}: ${noTarget(unplaced)}`
  return `${vm.name}: still runs here; DRS gives no reason`
}

function ofTheCluster(asked: EvacuateInput, facts: Facts): string[] {
  const {cluster, host} = facts
  const ha = cluster.ha.enabled && cluster.ha.admissionControl ? leftWithout([host.ref], facts) : undefined
  const off = vmsOn(facts).filter(({power}) => power !== 'poweredOn')
  return [
    ...cluster.drsFaults.filter(({vm}) => vm === '').map(({text}) => text),
    ...(ha && !ha.enough ? [`HA admission control: ${ha.saw}`] : []),
    ...(asked.poweredOff === 'move' && off.length > 0
      ? [`${off.length} powered-off VMs are still registered here`]
      : []),
    ...(host.vsan && asked.vsan !== 'noAction' ? [`vSAN may still move data (${asked.vsan})`] : []),
  ]
}
