import type {TaskError, Vm} from '../../systems/vsphere/model.js'
import type {VcenterReader} from '../../systems/vsphere/vcenter.js'
import {type Asked, chooseUnchecked} from './choose.js'
import type {Facts, PairCheck} from './facts.js'
import {classOf, faultOf, messageOf} from './faults.js'
import {isMigration} from './migration.js'
import {pair} from './placement/ground.js'
import type {Planned} from './placement/placement.js'

/** Rounds of "the server says no, so somewhere else". */
const ROUNDS = 3
/** What the server says of media that are connected now and will not be when the VM moves. */
const MEDIA_FAULTS = [
  'CannotAccessVmDevice',
  'CannotAccessVmDisk',
  'CannotAccessLocalSource',
  'DisallowedMigrationDeviceAttached',
  'RemoteDeviceNotSupported',
]
const AT_ONCE = 8

export type CheckInput = Asked & {disconnectMedia: boolean}

/** Asks the server what it thinks of the plan: the whole matrix in one call, then each planned pair by itself. */
export async function checkPairs(
  vcenter: VcenterReader,
  asked: CheckInput,
  facts: Facts,
  signal: AbortSignal,
): Promise<Facts> {
  let known = {...facts, ...(await matrixOf(vcenter, asked, facts, signal))}
  for (let round = 0; round < ROUNDS; round += 1) {
    const pairs = unchecked(asked, known)
    if (pairs.length === 0) break
    const onTheirWay = pairs.filter(({vm}) => isMoving(vm)).map((one) => unasked(one))
    const others = pairs.filter(({vm}) => !isMoving(vm))
    const checks = [...onTheirWay, ...(await askAll(vcenter, others, excusesOf(asked, known), signal))]
    known = {...known, checks: [...known.checks, ...checks]}
  }
  return known
}

async function matrixOf(
  vcenter: VcenterReader,
  asked: CheckInput,
  facts: Facts,
  signal: AbortSignal,
): Promise<Pick<Facts, 'matrix' | 'incompatible'>> {
  const {placement, candidates} = chooseUnchecked(asked, facts)
  const later = freed(asked, facts)
  const running = [...placement.moves, ...placement.unplaced].filter(
    ({vm}) => vm.power === 'poweredOn' && !later.has(vm.ref) && !isMoving(vm),
  )
  if (running.length === 0 || candidates.length === 0) return {matrix: true, incompatible: []}
  // Hosts outside the cluster need a pool, which this question has no place for: each pair is asked about below.
  const inside = candidates.filter(({ref}) => !(ref in facts.pools))
  if (inside.length === 0) return {matrix: true, incompatible: []}
  const incompatible = await vcenter.compatibility(
    running.map(({vm}) => vm.ref),
    inside.map(({ref}) => ref),
    signal,
  )
  return {matrix: incompatible !== undefined, incompatible: incompatible ?? []}
}

/** What the server objects to and will not be so: media that are disconnected first, a pool that the move itself names. */
function excusesOf(asked: CheckInput, facts: Facts): (vm: string, host: string, fault: string) => boolean {
  const media = freed(asked, facts)
  const templates = new Set(facts.vms.flatMap(({ref, template}) => (template ? [ref] : [])))
  return (vm, host, fault) =>
    (media.has(vm) && MEDIA_FAULTS.includes(fault)) ||
    ((host in facts.pools || templates.has(vm)) && fault === 'InvalidArgument')
}

/** VMs whose media are disconnected before they move. */
function freed(asked: CheckInput, facts: Facts): ReadonlySet<string> {
  const media = asked.disconnectMedia
    ? chooseUnchecked(asked, facts).hindrances.filter(({fix}) => fix === 'media')
    : []
  return new Set(media.map(({vm}) => vm.ref))
}

/** A VM that is being moved already is only followed; a check would say that it is busy. */
function isMoving({task}: Vm): boolean {
  return task !== null && isMigration(task)
}

function unasked({vm, to}: Pair): PairCheck {
  return {vm: vm.ref, host: to.ref, errors: [], warnings: []}
}

type Pair = Pick<Planned, 'vm' | 'to'>

function unchecked(asked: Asked, facts: Facts): Pair[] {
  const done = new Set(facts.checks.map(({vm, host}) => pair(vm, host)))
  return chooseUnchecked(asked, facts).placement.moves.filter(({vm, to}) => !done.has(pair(vm.ref, to.ref)))
}

async function askAll(
  vcenter: VcenterReader,
  pairs: readonly Pair[],
  excused: (vm: string, host: string, fault: string) => boolean,
  signal: AbortSignal,
): Promise<PairCheck[]> {
  const checks: PairCheck[] = []
  const waiting = pairs.entries()
  const worker = async () => {
    for (const [at, planned] of waiting) {
      const [vm, host] = [planned.vm.ref, planned.to.ref]
      const {errors, warnings} = await vcenter.checkRelocate(vm, host, signal).catch(unanswered)
      const standing = errors.filter(({fault}) => !excused(vm, host, fault))
      checks[at] = {
        vm,
        host,
        errors: standing.map(({text}) => text),
        warnings: warnings.map(({text}) => text),
      }
    }
  }
  await Promise.all(Array.from({length: Math.min(AT_ONCE, pairs.length)}, worker))
  return checks
}

/** A check that fails by itself says nothing good of its pair; not being allowed to ask is another matter. */
function unanswered(error: unknown): {errors: TaskError[]; warnings: TaskError[]} {
  const notAsked = ['not-authenticated', 'no-permission'].includes(classOf(error))
  if (faultOf(error) !== 'answered' || notAsked) throw error
  return {
    errors: [{fault: classOf(error), text: `it could not be checked: ${messageOf(error)}`}],
    warnings: [],
  }
}
