import type {Facts} from './facts.js'

/** Two runs in one cluster would plan onto each other's hosts, whatever the inventory calls its vCenter. */
export function clusterLock({about, cluster, host}: Pick<Facts, 'about' | 'cluster' | 'host'>): string {
  return `vsphere/${about.uuid || host.uuid || host.name}/${cluster.ref}`
}
