import type {Cluster, Host, Vm} from '../../systems/vsphere/model.js'
import {unfit} from './candidates.js'
import {type Demand, demandOf, reservationOf, sum} from './placement/demand.js'

/** What a cluster has left once some hosts are gone, and whether its HA policy is content with that. */
export type Left = {
  capacity: Demand
  /** Guaranteed to running VMs, with overhead. */
  reserved: Demand
  /** What running VMs use now. */
  used: Demand
  enough: boolean
  /** `41% of memory and 77% of CPU unreserved, the policy keeps 25% and 25%` */
  saw: string
}

export type Estate = {cluster: Cluster; hosts: readonly Host[]; vms: readonly Vm[]}

/** Without these hosts, by the admission control policy; without one, as if it were to survive one more host. */
export function leftWithout(gone: readonly string[], {cluster, hosts, vms}: Estate): Left {
  const alive = hosts.filter((host) => !gone.includes(host.ref) && isServing(host, cluster))
  const capacity = capacityOf(alive)
  const reserved = sum(vms.map(reservationOf))
  const used = sum(vms.map(demandOf))
  return {capacity, reserved, used, ...judge(cluster, alive, gone, reserved)}
}

export function capacityOf(hosts: readonly Host[]): Demand {
  return sum(hosts.map(({memoryBytes, cpuMhz}) => ({memoryBytes, cpuMhz})))
}

/** A host that is kept free for failover serves HA all the same. */
function isServing(host: Host, cluster: Cluster): boolean {
  const why = unfit(host, {cluster})
  return why === '' || why === 'kept free for failover'
}

function judge(
  {ha: {policy}}: Cluster,
  alive: readonly Host[],
  gone: readonly string[],
  reserved: Demand,
): Pick<Left, 'enough' | 'saw'> {
  switch (policy.kind) {
    case 'percent': {
      const free = unreserved(capacityOf(alive), reserved)
      return {
        enough: free.memory >= policy.memoryPercent && free.cpu >= policy.cpuPercent,
        saw: `${free.memory}% of memory and ${free.cpu}% of CPU unreserved, the policy keeps ${policy.memoryPercent}% and ${policy.cpuPercent}%`,
      }
    }
    case 'hosts': {
      const kept = policy.hosts.filter((ref) => !gone.includes(ref) && alive.some((host) => host.ref === ref))
      return {
        enough: kept.length > 0,
        saw: `${kept.length} of ${policy.hosts.length} hosts that are kept free for failover are there`,
      }
    }
    default:
      return survives(policy.kind === 'level' ? policy.hosts : 1, alive, reserved)
  }
}

/** The worst case: the largest hosts fail. */
function survives(failures: number, alive: readonly Host[], reserved: Demand): Pick<Left, 'enough' | 'saw'> {
  const tolerated = toleratedFailures(alive, reserved)
  return {
    enough: tolerated >= failures,
    saw: `${tolerated} more host ${tolerated === 1 ? 'failure' : 'failures'} tolerated, the policy wants ${failures}`,
  }
}

export function toleratedFailures(alive: readonly Host[], reserved: Demand): number {
  const smallestFirst = alive.toSorted((a, b) => a.memoryBytes - b.memoryBytes)
  for (let kept = 1; kept <= alive.length; kept += 1) {
    const {memoryBytes, cpuMhz} = capacityOf(smallestFirst.slice(0, kept))
    if (memoryBytes >= reserved.memoryBytes && cpuMhz >= reserved.cpuMhz) return alive.length - kept
  }
  return 0
}

function unreserved(capacity: Demand, reserved: Demand): {memory: number; cpu: number} {
  const share = (all: number, taken: number) => (all > 0 ? Math.floor(100 * (1 - taken / all)) : 0)
  return {
    memory: share(capacity.memoryBytes, reserved.memoryBytes),
    cpu: share(capacity.cpuMhz, reserved.cpuMhz),
  }
}
