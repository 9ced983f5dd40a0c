import type {VsphereSystems} from '../../systems/vsphere/vcenter.js'
import {checkPairs} from './check-pairs.js'
import {type Choice, choose} from './choose.js'
import type {Facts} from './facts.js'
import {answered, messageOf} from './faults.js'
import type {EvacuateInput} from './input.js'
import {moveOf} from './move-of.js'
import {moveVm} from './move-vm.js'
import type {Unplaced} from './placement/placement.js'

const PASSES = 3
const AT_ONCE = 2

/** VMs that failed for good in this run, and why. */
export type GivenUp = Map<string, string>

/**
 * Moves VMs that run on the host although they should have left: powered on there since, restarted there by HA, or
 * missed. Each pass looks and plans anew. @throws `answered` with those that remain, and why
 */
export async function moveStragglers(
  systems: VsphereSystems,
  asked: EvacuateInput,
  planned: Facts,
  {givenUp, staying}: {givenUp: GivenUp; staying: ReadonlySet<string>},
  signal: AbortSignal,
): Promise<void> {
  const vcenter = await systems.vsphere(asked.vcenter)
  for (let pass = 0; pass < PASSES; pass += 1) {
    const now = await lookAgain(systems, asked, planned, signal)
    if (toLeave(choose(asked, now), staying).length === 0) return
    const facts = await checkPairs(vcenter, asked, now, signal)
    const moves = choose(asked, facts).placement.moves.filter(
      ({vm}) => vm.power === 'poweredOn' && !givenUp.has(vm.ref),
    )
    if (moves.length === 0) throw remaining(choose(asked, facts), staying, givenUp, facts)
    const mover = {
      systems,
      vcenter: asked.vcenter,
      user: planned.user,
      priority: asked.priority,
      vmTimeoutMs: asked.vmTimeoutMs,
      checkedAtMs: 0,
    }
    await inTurn(moves, AT_ONCE, async (one) => {
      try {
        await moveVm(mover, moveOf(one, facts), signal)
      } catch (error) {
        signal.throwIfAborted()
        givenUp.set(one.vm.ref, messageOf(error))
      }
    })
  }
  const facts = await lookAgain(systems, asked, planned, signal)
  const choice = choose(asked, facts)
  if (toLeave(choice, staying).length > 0) throw remaining(choice, staying, givenUp, facts)
}

/** Running VMs that are ours to move or to stop; those of DRS and of the cluster itself leave on their own. */
export function toLeave({fates}: Choice, staying: ReadonlySet<string>): {ref: string; name: string}[] {
  return fates.flatMap(({vm, fate}) =>
    vm.power === 'poweredOn' && !staying.has(vm.ref) && (fate.kind === 'move' || fate.kind === 'stop')
      ? [vm]
      : [],
  )
}

/** Moving only, and overridden: what had no target in the plan is left where it is. */
export function stayingBy(asked: EvacuateInput, planned: Facts): ReadonlySet<string> {
  if (asked.maintenance) return new Set()
  return new Set(choose(asked, planned).placement.unplaced.map(({vm}) => vm.ref))
}

/** What is there now, with the hosts that the plan named. */
export async function lookAgain(
  systems: VsphereSystems,
  asked: EvacuateInput,
  planned: Facts,
  signal: AbortSignal,
): Promise<Facts> {
  const vcenter = await systems.vsphere(asked.vcenter)
  const now = await vcenter.surroundings(planned.host.ref, signal)
  const {pools, hosts, datastores} = planned
  const outside = hosts.filter(({ref}) => ref in pools)
  return {
    ...planned,
    takenAtMs: systems.now(),
    ...now,
    ...(outside.length > 0 && {hosts: [...now.hosts, ...outside], datastores}),
    matrix: true,
    incompatible: [],
    checks: [],
  }
}

/** Running VMs that are still to leave. Only when others than the planned ones turn up, everything is read anew. */
export async function stillToLeave(
  systems: VsphereSystems,
  asked: EvacuateInput,
  planned: Facts,
  staying: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<{ref: string; name: string}[]> {
  const {host, cluster, vms} = planned
  const all = await (await systems.vsphere(asked.vcenter)).whereabouts(cluster.rootPool, signal)
  const here = new Set(
    all.flatMap((vm) => (vm.host === host.ref && vm.power === 'poweredOn' ? [vm.ref] : [])),
  )
  const known = new Set(
    vms.flatMap((vm) => (vm.host === host.ref && vm.power === 'poweredOn' ? [vm.ref] : [])),
  )
  const expected = [...here].every((ref) => known.has(ref))
  const facts = expected ? planned : await lookAgain(systems, asked, planned, signal)
  return toLeave(choose(asked, facts), staying).filter(({ref}) => here.has(ref))
}

function remaining(choice: Choice, staying: ReadonlySet<string>, givenUp: GivenUp, {host}: Facts): Error {
  const left = toLeave(choice, staying)
  const why = ({ref, name}: {ref: string; name: string}) => {
    const unplaced = choice.placement.unplaced.find(({vm}) => vm.ref === ref)
    const text = givenUp.get(ref) ?? (unplaced ? noTarget(unplaced) : '')
    return text ? `${name} (${text})` : name
  }
  const error = answered(
    `${left.length} VMs still run on ${host.name}: ${left.map(why).join('; ')}`,
    'vms-remain',
  )
  // Whoever answers "retry" wants them tried again.
  givenUp.clear()
  return error
}

export function noTarget({reasons}: Unplaced): string {
  return `no target: ${reasons.map(({host, reason}) => `${host}: ${reason.text}`).join(', ') || 'no other host'}`
}

async function inTurn<T>(items: readonly T[], width: number, act: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values()
  const worker = async () => {
    for (const item of waiting) await act(item)
  }
  await Promise.all(Array.from({length: Math.min(width, items.length)}, worker))
}
