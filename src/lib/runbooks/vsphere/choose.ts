import type {Vm} from '../../systems/vsphere/model.js'
import {isAgent} from './agents.js'
import {type Candidates, candidatesFor} from './candidates.js'
import {type Hindrance, hindrances, imageDatastores} from './devices.js'
import {type Facts, vmsOn} from './facts.js'
import type {EvacuateInput, HowToStop} from './input.js'
import {leftByDrs, type Mode, modeOf} from './mode.js'
import {type Ground, pair} from './placement/ground.js'
import {place} from './placement/place.js'
import type {Placement} from './placement/placement.js'
import {compareText} from './placement/unit.js'

/** What happens to each VM on the host, and where those that move go. Pure: the same facts give the same choice. */
export interface Choice extends Candidates {
  mode: Mode
  fates: {vm: Vm; fate: Fate}[]
  placement: Placement
  hindrances: Hindrance[]
}

export type Fate =
  /** We migrate it. */
  | {kind: 'move'}
  | {kind: 'stop'; how: HowToStop; chosen: boolean}
  /** DRS migrates it when the host enters maintenance mode. */
  | {kind: 'drs'}
  /** An agent of the cluster: vSphere takes care of it. */
  | {kind: 'agent'}
  | {kind: 'stays'; why: string}

/** What decides about VMs; `restore` chooses with other flags. */
export type Asked = Pick<
  EvacuateInput,
  | 'poweredOff'
  | 'maintenance'
  | 'skip'
  | 'stop'
  | 'standalone'
  | 'ignoreRules'
  | 'memHeadroom'
  | 'cpuHeadroom'
>

export function choose(asked: Asked, facts: Facts): Choice {
  const choice = chooseUnchecked(asked, facts)
  return {...choice, placement: checkedOnly(choice.placement, facts)}
}

/** The choice before the server was asked about each pair. */
export function chooseUnchecked(asked: Asked, facts: Facts): Choice {
  const mode = modeOf(facts)
  const fates = vmsOn(facts)
    .toSorted((a, b) => compareText(a.name, b.name) || compareText(a.ref, b.ref))
    .map((vm) => ({vm, fate: fateOf(vm, mode, asked, facts)}))
  const movable = fates.flatMap(({vm, fate}) => (fate.kind === 'move' ? [withoutImages(vm)] : []))
  const found = candidatesFor(facts)
  return {
    mode,
    fates,
    ...found,
    placement: place(groundOf(asked, facts, found), movable),
    hindrances: hindrances(
      movable.filter(({power}) => power !== 'poweredOff'),
      found.candidates,
      facts.datastores,
    ),
  }
}

function fateOf(vm: Vm, mode: Mode, asked: Asked, facts: Facts): Fate {
  if (isAgent(vm)) return {kind: 'agent'}
  if (vm.connection !== 'connected') return {kind: 'stays', why: `it is ${vm.connection}`}
  if (isNamed(vm, asked.skip)) return {kind: 'stays', why: 'chosen by --skip'}
  const handedToDrs = mode === 'drs' && asked.maintenance
  if (vm.power !== 'poweredOn') return notRunning(vm, mode, handedToDrs, asked)
  const how = stopFor(vm, asked)
  if (how) return {kind: 'stop', how, chosen: true}
  if (mode === 'standalone')
    return asked.standalone
      ? {kind: 'stop', how: asked.standalone, chosen: false}
      : {kind: 'stays', why: 'nothing can move it'}
  return handedToDrs && !leftByDrs(vm, facts) ? {kind: 'drs'} : {kind: 'move'}
}

function notRunning(vm: Vm, mode: Mode, handedToDrs: boolean, {poweredOff}: Asked): Fate {
  const state = vm.template ? 'template' : vm.power === 'suspended' ? 'suspended' : 'powered off'
  if (poweredOff === 'leave') return {kind: 'stays', why: `${state}: unavailable while the host is down`}
  if (mode === 'standalone') return {kind: 'stays', why: `${state}, and there is no other host`}
  return handedToDrs ? {kind: 'drs'} : {kind: 'move'}
}

/** A connected image is a matter of its device, not of where the VM's disks are; should it be both, the server's check says so. */
function withoutImages(vm: Vm): Vm {
  const images = imageDatastores(vm)
  const disks = vm.datastores.filter((ref) => !images.includes(ref))
  return disks.length > 0 ? {...vm, datastores: disks} : vm
}

export function isNamed(vm: Pick<Vm, 'name' | 'ref'>, names: readonly string[]): boolean {
  return names.includes(vm.name) || names.includes(vm.ref)
}

export function stopFor(vm: Vm, {stop}: Pick<Asked, 'stop'>): HowToStop | undefined {
  return stop[vm.ref] ?? stop[vm.name]
}

export function groundOf(
  asked: Pick<Asked, 'ignoreRules' | 'memHeadroom' | 'cpuHeadroom'>,
  facts: Facts,
  {candidates}: Pick<Candidates, 'candidates'>,
): Ground {
  const {cluster, host, vms, datastores, incompatible, checks} = facts
  return {
    source: host.ref,
    candidates,
    vms,
    rules: cluster.rules.filter(({name}) => !asked.ignoreRules.includes(name)),
    datastores,
    clusterEvc: cluster.evcMode,
    ruledOut: new Map([
      ...incompatible.map(({vm, host, texts}): [string, string] => [pair(vm, host), texts.join('; ')]),
      ...checks.flatMap(({vm, host, errors}): [string, string][] =>
        errors.length > 0 ? [[pair(vm, host), errors.join('; ')]] : [],
      ),
    ]),
    memHeadroom: asked.memHeadroom,
    cpuHeadroom: asked.cpuHeadroom,
  }
}

/** A pair that the server was never asked about is no plan: after some rounds of "no" a person has to look. */
function checkedOnly(placement: Placement, {checks}: Facts): Placement {
  const asked = new Set(checks.map(({vm, host}) => pair(vm, host)))
  const isChecked = ({vm, to}: Placement['moves'][number]) => asked.has(pair(vm.ref, to.ref))
  return {
    moves: placement.moves.filter(isChecked),
    unplaced: [
      ...placement.unplaced,
      ...placement.moves
        .filter((move) => !isChecked(move))
        .map(({vm}) => ({
          vm,
          reasons: checks
            .filter((check) => check.vm === vm.ref)
            .map(({host, errors}) => ({
              host,
              reason: {code: 'server' as const, text: errors.join('; ')},
            })),
        })),
    ],
  }
}
