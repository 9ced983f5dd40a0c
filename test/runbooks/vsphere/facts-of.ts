import {chooseUnchecked} from '../../../src/lib/runbooks/vsphere/choose.js'
import type {Facts} from '../../../src/lib/runbooks/vsphere/facts.js'
import type {EvacuateInput} from '../../../src/lib/runbooks/vsphere/input.js'
import type {Cluster, Host, Vm} from '../../../src/lib/systems/vsphere/model.js'
import {aCluster, aDatastore, aHost, aVm} from './things.js'

export const NOW = Date.UTC(2026, 0, 1)

export interface World {
  host?: Partial<Host>
  others?: Partial<Host>[]
  vms?: (Partial<Vm> & {ref: string})[]
  cluster?: Partial<Cluster>
  facts?: Partial<Facts>
}

/** Facts of host-0 with two others and VMs on host-0, all well; each pair that is planned was checked. */
export function factsOf(asked: EvacuateInput, world: World = {}): Facts {
  const hosts = [
    aHost('host-0', world.host),
    ...(world.others ?? [{}, {}]).map((more, at) => aHost(`host-${at + 1}`, more)),
  ]
  const vms = (world.vms ?? [{ref: 'vm-1'}, {ref: 'vm-2'}]).map(({ref, ...more}) => aVm(ref, 'host-0', more))
  const [host = aHost('host-0')] = hosts
  const facts: Facts = {
    takenAtMs: NOW,
    serverAtMs: NOW,
    about: {
      apiType: 'VirtualCenter',
      uuid: 'vc',
      fullName: 'VMware vCenter Server 8.0.3',
      apiVersion: '8.0.3.0',
    },
    user: 'ana',
    host,
    cluster: aCluster(hosts, world.cluster),
    hosts,
    named: {targets: [], exclude: []},
    pools: {},
    vms,
    datastores: [
      aDatastore(
        'datastore-1',
        hosts.map(({ref}) => ref),
      ),
    ],
    lacking: [],
    matrix: true,
    incompatible: [],
    checks: [],
    ...world.facts,
  }
  const {moves} = chooseUnchecked(asked, facts).placement
  const checks = moves.map(({vm, to}) => ({vm: vm.ref, host: to.ref, errors: [], warnings: []}))
  return {...facts, checks: world.facts?.checks ?? checks}
}
