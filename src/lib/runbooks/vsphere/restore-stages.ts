import type {Stage} from '../../engine/step.js'
import type {VsphereSystems} from '../../systems/vsphere/vcenter.js'
import {plural} from './amounts.js'
import {chooseBack} from './choose-back.js'
import {exitStages} from './exit-stages.js'
import type {Facts} from './facts.js'
import type {RestoreInput} from './input.js'
import {allowed, limitsOf, sourceLane, targetLane} from './limits.js'
import {moveStep} from './steps/move.js'
import {powerOnStep} from './steps/power-on.js'
import {guestStep} from './steps/serves.js'
import {orderOf} from './stop-order.js'

/** Power-ons at once on one host. */
const STARTS = 2

export function restoreStages(systems: VsphereSystems, asked: RestoreInput, facts: Facts): Stage[] {
  return [
    ...exitStages(systems, asked, facts),
    ...(asked.powerOn ? startStages(systems, asked, facts) : []),
    ...backStages(systems, asked, facts),
    ...(asked.powerOn ? guestStages(systems, asked) : []),
  ]
}

/** In start order, each order by itself. */
function startStages(systems: VsphereSystems, {vcenter, stopped}: RestoreInput, {host}: Facts): Stage[] {
  const orders = [...new Set(stopped.map(({vm}) => orderOf(vm, host.startOrder)))].sort((a, b) => a - b)
  return orders.map((order, at): Stage => {
    const vms = stopped.filter(({vm}) => orderOf(vm, host.startOrder) === order)
    return {
      id: `starts-${at + 1}`,
      says: `start ${plural(vms.length, 'VM')}`,
      steps: vms.map((vm) => powerOnStep(systems, vcenter, vm)),
      width: STARTS,
    }
  })
}

/** A guest that does not come up is said, and no reason to stop. */
function guestStages(systems: VsphereSystems, {vcenter, stopped}: RestoreInput): Stage[] {
  const steps = stopped.filter(({toolsRan}) => toolsRan).map((vm) => guestStep(systems, vcenter, vm))
  if (steps.length === 0) return []
  return [
    {
      id: 'guests',
      says: 'see that the guests come up',
      steps,
      width: steps.length,
      budget: {failures: steps.length},
    },
  ]
}

function backStages(systems: VsphereSystems, asked: RestoreInput, facts: Facts): Stage[] {
  const {moves} = chooseBack(asked, facts)
  if (moves.length === 0) return []
  const {host, hosts} = facts
  const names = new Map(hosts.map(({ref, name}) => [ref, name]))
  const sources = hosts.filter(({ref}) => moves.some(({vm}) => vm.host === ref))
  const {width} = limitsOf(host, [], [], asked.parallel)
  const steps = moves.map(({vm, to}) =>
    moveStep({
      mover: {
        systems,
        vcenter: asked.vcenter,
        user: facts.user,
        priority: asked.priority,
        vmTimeoutMs: asked.vmTimeoutMs,
        // While the host is in maintenance mode the server cannot say: it is asked right before each move.
        checkedAtMs: 1,
      },
      move: {
        ref: vm.ref,
        name: vm.name,
        instanceUuid: vm.instanceUuid,
        from: {host: vm.host, name: names.get(vm.host) ?? vm.host},
        to: {host: to.ref, name: to.name},
        next: null,
      },
      power: vm.power,
      rootPool: facts.cluster.rootPool,
      names,
      lanes: [sourceLane(vm.host), targetLane(host.ref)],
      rollback: false,
      gaveUp: () => {},
    }),
  )
  return [
    {
      id: 'back',
      says: `move ${plural(moves.length, 'VM')} back`,
      steps,
      width,
      lanes: {
        [targetLane(host.ref)]: width,
        ...Object.fromEntries(
          sources.map((source) => [sourceLane(source.ref), asked.parallel ?? allowed(source)]),
        ),
      },
      budget: {failures: steps.length},
    },
  ]
}
