import type {Planned} from './placement.js'
import {bySize, compareText} from './unit.js'

/** One for each target in turn, each target's largest first: no target gets all its arrivals at once. */
export function inTurn(moves: readonly Planned[]): Planned[] {
  const targets = [...new Set(moves.map(({to}) => to.ref))]
  const queues = targets
    .map((target) => moves.filter(({to}) => to.ref === target))
    .map((queue) => queue.toSorted((a, b) => bySize(a.vm, b.vm)))
    .toSorted(([a], [b]) => compareText(a?.to.name ?? '', b?.to.name ?? ''))
  const rounds = Math.max(0, ...queues.map((queue) => queue.length))
  return Array.from({length: rounds}, (_, round) => queues.flatMap((queue) => queue[round] ?? [])).flat()
}
