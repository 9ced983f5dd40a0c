import type {Host, Vm} from '../../systems/vsphere/model.js'

/**
 * Reverse auto-start order: what starts last stops first, those without an order before all others. VMs of one order
 * stop together.
 */
export function stopOrder<T extends {vm: Vm}>(
  stops: readonly T[],
  {startOrder}: Pick<Host, 'startOrder'>,
): T[][] {
  const place = ({vm}: T) => orderOf(vm.ref, startOrder)
  const places = [...new Set(stops.map(place))].sort((a, b) => b - a)
  return places.map((wanted) => stops.filter((stop) => place(stop) === wanted))
}

/** Auto-start order; VMs without one come after all that have one. */
export function orderOf(vm: string, startOrder: {[vm: string]: number}): number {
  const order = startOrder[vm] ?? 0
  return order > 0 ? order : Number.MAX_SAFE_INTEGER
}
