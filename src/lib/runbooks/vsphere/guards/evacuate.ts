import type {Finding} from '../../../engine/runbook.js'
import {few, pass, refuse} from '../../finding.js'
import {choose} from '../choose.js'
import type {Facts} from '../facts.js'
import type {EvacuateInput} from '../input.js'
import {haContent, notTheLast, onlyOneAway, vmotionOn} from './cluster.js'
import {connected, nobodyElseEnters, notHalfDone, privileges, throughVcenter, vsanChosen} from './host.js'
import {everyTarget, roomForAll} from './targets.js'
import {
  accessible,
  devices,
  faultTolerance,
  knownNames,
  noQuestion,
  noTask,
  notOurselves,
  notPinned,
  notSwitchedOff,
  vcenterVm,
} from './vms.js'
import {warnings} from './warnings.js'

export function evacuateGuards(asked: EvacuateInput, facts: Facts): Finding[] {
  const choice = choose(asked, facts)
  return [
    connected(facts),
    notHalfDone(asked, facts),
    nobodyElseEnters(facts),
    throughVcenter(facts),
    privileges(facts),
    vsanChosen(asked, facts),
    notTheLast(choice, facts),
    onlyOneAway(facts),
    vmotionOn(choice, facts),
    haContent(asked, choice, facts),
    knownNames(asked, facts),
    howAllStop(asked, facts),
    skipOnlyWhenMoving(asked),
    everyTarget(asked, choice),
    roomForAll(choice),
    noQuestion(choice),
    noTask(choice, facts),
    notSwitchedOff(choice),
    accessible(facts),
    devices(asked, choice),
    notPinned(choice),
    faultTolerance(choice),
    notOurselves(asked, choice),
    vcenterVm(asked, choice),
    ...warnings(asked, choice, facts),
  ]
}

/** Without another host VMs can only stop, and how is never assumed. */
function howAllStop(asked: EvacuateInput, facts: Facts): Finding {
  const stranded = choose(asked, facts).fates.filter(
    ({vm, fate}) => vm.power === 'poweredOn' && fate.kind === 'stays' && fate.why === 'nothing can move it',
  )
  if (stranded.length === 0) return pass('standalone', 'it is known how each VM leaves')
  return refuse(
    'standalone',
    `nothing can move VMs away from ${facts.host.name}, so they must stop: ${few(stranded.map(({vm}) => vm.name))}`,
    'choose --standalone shutdown (guests are asked), suspend (memory is kept) or poweroff; or name hosts with --target',
  )
}

function skipOnlyWhenMoving({skip, maintenance}: EvacuateInput): Finding {
  if (skip.length === 0 || !maintenance)
    return pass('skip', 'no VM is left running on a host in maintenance mode')
  return refuse(
    'skip',
    `${few(skip)} would keep the host from entering maintenance mode`,
    'skip VMs only with --no-maintenance',
  )
}
