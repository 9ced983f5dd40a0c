import type {Stage, Step} from '../../engine/step.js'
import type {VsphereSystems} from '../../systems/vsphere/vcenter.js'
import {plural} from './amounts.js'
import {type Choice, choose} from './choose.js'
import {toRunElsewhere} from './evacuate-view.js'
import type {Facts} from './facts.js'
import {isVcenterVm} from './guards/vms.js'
import type {EvacuateInput} from './input.js'
import {datastoreLane, limitsOf, sourceLane, targetLane, VGPU_LANE} from './limits.js'
import {moveOf} from './move-of.js'
import type {Planned} from './placement/placement.js'
import {enterStep} from './steps/enter.js'
import {mediaStep} from './steps/media.js'
import {moveStep} from './steps/move.js'
import {recheckStep} from './steps/recheck.js'
import {stopStep} from './steps/stop.js'
import {verifyStep} from './steps/verify.js'
import {stopOrder} from './stop-order.js'
import type {GivenUp} from './stragglers.js'

/** Guests asked to shut down at once. */
const SHUTDOWNS = 16
const SHUTDOWN_LANE = 'shutdown'

/** What every stage is made of. */
interface Making {
  systems: VsphereSystems
  asked: EvacuateInput
  facts: Facts
  choice: Choice
  /** Shared by the steps of one run: the look afterwards does not try again what has failed for good. */
  givenUp: GivenUp
}

/** Move first, enter last: until then undo is only to stop moving, and no host is left half drained by a stuck task. */
export function evacuateStages(systems: VsphereSystems, asked: EvacuateInput, facts: Facts): Stage[] {
  const making = {systems, asked, facts, choice: choose(asked, facts), givenUp: new Map()}
  const isVcenter = ({vm}: Planned) => isVcenterVm(vm, asked.endpoint)
  const {moves} = making.choice.placement
  const others = moves.filter((move) => !isVcenter(move))
  return [
    mediaStage(making),
    moveStage('moves', `move ${plural(others.length, 'VM')}`, others, making),
    moveStage('vcenter', 'move this vCenter, last', moves.filter(isVcenter), making),
    ...stopStages(making),
    recheckStage(making),
    enterStage(making),
    verifyStage(making),
  ].filter(({steps}) => steps.length > 0)
}

function mediaStage({systems, asked, choice}: Making): Stage {
  const media = asked.disconnectMedia ? choice.hindrances.filter(({fix}) => fix === 'media') : []
  return {
    id: 'media',
    says: 'disconnect media that not every target has',
    steps: media.map((one) => mediaStep(systems, asked.vcenter, one)),
  }
}

function moveStage(id: string, says: string, moves: readonly Planned[], making: Making): Stage {
  const {asked, facts, choice} = making
  const datastores = [...new Set(moves.flatMap(({vm}) => vm.datastores))]
  const {width, lanes} = limitsOf(facts.host, choice.candidates, datastores, asked.parallel)
  const steps = moves.map((planned) => moveStepOf(planned, making))
  return {id, says, steps, width, lanes, ...tolerated(asked, steps)}
}

function moveStepOf(planned: Planned, {systems, asked, facts, givenUp}: Making): Step {
  const {vm, to} = planned
  // A vGPU has its memory copied while the VM stands still: longer, and one after the other.
  const vgpu = vm.devices.some(({kind}) => kind === 'vgpu')
  return moveStep({
    mover: {
      systems,
      vcenter: asked.vcenter,
      user: facts.user,
      priority: asked.priority,
      vmTimeoutMs: vgpu ? 2 * asked.vmTimeoutMs : asked.vmTimeoutMs,
      checkedAtMs: facts.takenAtMs,
    },
    move: moveOf(planned, facts),
    power: vm.power,
    rootPool: facts.cluster.rootPool,
    names: new Map(facts.hosts.map(({ref, name}) => [ref, name])),
    lanes: [
      sourceLane(facts.host.ref),
      targetLane(to.ref),
      ...vm.datastores.map(datastoreLane),
      ...(vgpu ? [VGPU_LANE] : []),
    ],
    rollback: asked.rollbackMoves,
    gaveUp: (ref, why) => void givenUp.set(ref, why),
  })
}

/** The others still go; that something is left is found right after, and fails the run there. */
function tolerated({onVmFailure}: EvacuateInput, steps: readonly Step[]): Pick<Stage, 'budget'> {
  return onVmFailure === 'continue' ? {budget: {failures: steps.length}} : {}
}

function stopStages({systems, asked, facts, choice, givenUp}: Making): Stage[] {
  const stops = choice.fates.flatMap(({vm, fate}) => (fate.kind === 'stop' ? [{vm, how: fate.how}] : []))
  return stopOrder(stops, facts.host).map((group, at) => {
    const steps = group.map(({vm, how}) =>
      stopStep({
        systems,
        vcenter: asked.vcenter,
        vm,
        how,
        shutdownTimeoutMs: asked.shutdownTimeoutMs,
        otherwise: asked.then,
        lanes: how === 'shutdown' ? [SHUTDOWN_LANE] : [],
        gaveUp: (ref, why) => void givenUp.set(ref, why),
      }),
    )
    return {
      id: `stops-${at + 1}`,
      says: `stop ${plural(group.length, 'VM')}`,
      steps,
      width: SHUTDOWNS,
      lanes: {[SHUTDOWN_LANE]: SHUTDOWNS},
      ...tolerated(asked, steps),
    }
  })
}

function recheckStage({systems, asked, facts, choice, givenUp}: Making): Stage {
  const {mode, placement, fates} = choice
  // What DRS moves is looked at when the host enters; there is nothing else to look for.
  const ours = mode !== 'drs' || placement.moves.length > 0 || fates.some(({fate}) => fate.kind === 'stop')
  return {
    id: 'recheck',
    says: 'look for VMs that turned up meanwhile',
    steps: ours ? [recheckStep(systems, asked, facts, givenUp)] : [],
  }
}

function enterStage({systems, asked, facts}: Making): Stage {
  return {
    id: 'maintenance',
    says: 'enter maintenance mode',
    steps: asked.maintenance ? [enterStep(systems, asked, facts)] : [],
  }
}

function verifyStage({systems, asked, facts, choice}: Making): Stage {
  const unplaced = new Set(choice.placement.unplaced.map(({vm}) => vm.ref))
  const vms = toRunElsewhere(choice).filter(({ref}) => !unplaced.has(ref))
  return {
    id: 'verify',
    says: 'see that what ran before runs elsewhere',
    steps: vms.length > 0 ? [verifyStep(systems, asked.vcenter, vms, facts)] : [],
  }
}
