import type {Runbook} from '../../engine/runbook.js'
import type {Stage} from '../../engine/step.js'
import type {VsphereSystems} from '../../systems/vsphere/vcenter.js'
import {clusterLock} from './cluster-lock.js'
import {evacuateStages} from './evacuate-stages.js'
import {evacuateView, vmsAndHosts} from './evacuate-view.js'
import type {Facts} from './facts.js'
import {evacuateGuards} from './guards/evacuate.js'
import {connected, throughVcenter} from './guards/host.js'
import {type EvacuateInput, evacuateInput} from './input.js'
import {readHost} from './read-host.js'

/** Every running VM leaves an ESXi host, each verified where it went; then the host enters maintenance mode. */
export const evacuate: Runbook<EvacuateInput, Facts, VsphereSystems> = {
  id: 'vsphere.host.evacuate',
  summary: 'Move or stop every running VM of an ESXi host, and enter maintenance mode',
  input: evacuateInput,
  effect: () => 'disrupt',
  subject: (asked) => asked.host,
  locks: (asked) => [`vsphere/${asked.vcenter}/${asked.host}`],
  alsoLocks: (_asked, facts) => [clusterLock(facts)],
  survey: readHost,
  rests: (_asked, facts) => vmsAndHosts(facts),
  guards: evacuateGuards,
  view: evacuateView,
  stages: (systems, asked, facts): Stage[] => evacuateStages(systems, asked, facts),
  undoGuards: (_asked, facts) => [connected(facts), throughVcenter(facts)],
  afterwards: ({host, maintenance}) => (maintenance ? [`redeye vsphere host restore ${host}`] : []),
  onFailure: 'undo',
}
