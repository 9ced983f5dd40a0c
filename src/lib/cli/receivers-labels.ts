import type {FleetHost} from '../inventory/fleet/host.js'

/** Labels with more values than this say nothing about a fleet as a whole. */
const TELLING = 40

/** How hosts fall apart by the labels that tell something, most frequent values first. */
export function telling(hosts: readonly FleetHost[]): {label: string; values: [string, number][]}[] {
  const labels = new Set(hosts.flatMap((host) => Object.keys(host.labels)))
  return [...labels].flatMap((label) => {
    const values = counted(hosts, label)
    const tells = values.length > 1 && values.length <= Math.min(TELLING, hosts.length - 1)
    return tells ? [{label, values}] : []
  })
}

/** The values of a label, most frequent first. */
export function counted(hosts: readonly FleetHost[], label: string): [string, number][] {
  const counts = new Map<string, number>()
  for (const {labels} of hosts) counts.set(labels[label] ?? '', (counts.get(labels[label] ?? '') ?? 0) + 1)
  return [...counts].sort(([a, most], [b, more]) => more - most || (a < b ? -1 : 1))
}
