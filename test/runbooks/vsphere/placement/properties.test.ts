import fc from 'fast-check'
import {expect, test} from 'vitest'
import type {Ground} from '../../../../src/lib/runbooks/vsphere/placement/ground.js'
import {place} from '../../../../src/lib/runbooks/vsphere/placement/place.js'
import type {Placement} from '../../../../src/lib/runbooks/vsphere/placement/placement.js'
import type {Rule, Vm} from '../../../../src/lib/systems/vsphere/model.js'
import {type Layout, wrongs} from './by-the-rules.js'
import {inventories} from './inventories.js'

const SMALL = {hosts: 4, vms: 6}

test('no plan breaks a rule, overloads a host or goes back to the source; every VM is placed once or named', () => {
  let [placed, unplaced] = [0, 0]
  fc.assert(
    fc.property(inventories({hosts: 6, vms: 10}), ({ground, movable}) => {
      const plan = place(ground, movable)
      expect(wrongs(layoutOf(plan), movable, ground)).toEqual([])
      const named = [...plan.moves, ...plan.unplaced].map(({vm}) => vm.ref)
      expect(named.toSorted()).toEqual(movable.map(({ref}) => ref).toSorted())
      for (const {reasons} of plan.unplaced) expect(reasons).toHaveLength(ground.candidates.length)
      placed += plan.moves.length
      unplaced += plan.unplaced.length
    }),
    {numRuns: 3000, seed: 1},
  )
  expect(placed).toBeGreaterThan(1000)
  expect(unplaced).toBeGreaterThan(1000)
}, 120_000)

test('a VM is not called impossible when it fits somewhere, or when moving one other makes room', () => {
  let impossible = 0
  fc.assert(
    fc.property(inventories(SMALL), ({ground, movable}) => {
      const plan = place(ground, movable)
      const layout = layoutOf(plan)
      for (const unit of groups(
        plan.unplaced.map(({vm}) => vm),
        movable,
        ground.rules,
      )) {
        impossible += 1
        expect(repairs(unit, layout, movable, ground)).toEqual([])
      }
    }),
    {numRuns: 2000, seed: 2},
  )
  expect(impossible).toBeGreaterThan(100)
}, 120_000)

test('the alternative of a move breaks no rule either', () => {
  fc.assert(
    fc.property(inventories(SMALL), ({ground, movable}) => {
      const plan = place(ground, movable)
      for (const {vm, next} of plan.moves) {
        if (!next) continue
        const layout = new Map(layoutOf(plan)).set(vm.ref, next.ref)
        expect(wrongs(layout, movable, ground)).toEqual([])
      }
    }),
    {numRuns: 1000, seed: 3},
  )
}, 60_000)

test('the same inventory in another order gives the same plan', () => {
  fc.assert(
    fc.property(inventories(SMALL), fc.nat(), ({ground, movable}, turn) => {
      const again = place(shuffled(ground, turn), rotate(movable, turn))
      expect(summary(again)).toEqual(summary(place(ground, movable)))
    }),
    {numRuns: 1000, seed: 4},
  )
}, 60_000)

/** Every way to place the unit, at once or after one placed group has gone elsewhere. */
function repairs(unit: readonly Vm[], layout: Layout, movable: readonly Vm[], ground: Ground): string[] {
  const placed = movable.filter(({ref}) => layout.has(ref))
  const variants: {says: string; layout: Layout}[] = [{says: 'as it is', layout}]
  for (const group of groups(placed, movable, ground.rules))
    for (const {ref} of ground.candidates)
      variants.push({says: `${group.map((vm) => vm.ref)} to ${ref}`, layout: withAll(layout, group, ref)})
  return variants.flatMap(({says, layout: variant}) =>
    ground.candidates.flatMap(({ref}) =>
      wrongs(withAll(variant, unit, ref), movable, ground).length === 0
        ? [`${says}, then ${unit.map((vm) => vm.ref)} to ${ref}`]
        : [],
    ),
  )
}

function withAll(layout: Layout, vms: readonly Vm[], host: string): Layout {
  return new Map([...layout, ...vms.map(({ref}): [string, string] => [ref, host])])
}

/** VMs that keep-together rules bind to one another. */
function groups(of: readonly Vm[], movable: readonly Vm[], rules: readonly Rule[]): Vm[][] {
  const label = new Map(movable.map(({ref}) => [ref, ref]))
  for (let round = 0; round < movable.length; round += 1)
    for (const rule of rules.filter(({kind}) => kind === 'together')) {
      const members = movable.filter(({ref, power}) => power === 'poweredOn' && rule.vms.includes(ref))
      const least = members.map(({ref}) => label.get(ref) ?? '').toSorted()[0]
      for (const {ref} of members) label.set(ref, least ?? ref)
    }
  const labels = [...new Set(of.map(({ref}) => label.get(ref)))]
  return labels.map((one) => of.filter(({ref}) => label.get(ref) === one))
}

function layoutOf({moves}: Placement): Map<string, string> {
  return new Map(moves.map(({vm, to}) => [vm.ref, to.ref]))
}

function summary({moves, unplaced}: Placement) {
  return {
    moves: moves.map(({vm, to, next}) => `${vm.ref} ${to.ref} ${next?.ref ?? ''}`),
    unplaced: unplaced.map(({vm}) => vm.ref),
  }
}

function shuffled(ground: Ground, turn: number): Ground {
  const {candidates, vms, rules, datastores} = ground
  return {
    ...ground,
    candidates: rotate(candidates, turn),
    vms: rotate(vms, turn),
    rules: rotate(rules, turn),
    datastores: rotate(datastores, turn),
  }
}

function rotate<T>(list: readonly T[], by: number): T[] {
  const at = list.length > 0 ? by % list.length : 0
  return [...list.slice(at), ...list.slice(0, at)]
}
