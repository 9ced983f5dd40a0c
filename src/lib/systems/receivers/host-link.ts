import type {FleetPool, LinkOptions} from '../../remote/fleet/fleet-pool.js'
import type {OpensshLinks} from '../../remote/openssh/links.js'
import type {HostLink} from './fleet.js'
import type {FleetHost} from './host.js'

/** The two ways to a host. */
export interface Ways {
  pool(): Promise<FleetPool>
  openssh(): Promise<OpensshLinks>
  /** Whether the keys can only be used by the OpenSSH program. */
  onlyOpenssh(): Promise<boolean>
}

/** Nothing is connected yet. A host that has no algorithm in common with us is spoken to by the OpenSSH program from then on. */
export function hostLink(host: FleetHost, ways: Ways, options: LinkOptions): HostLink {
  let link: HostLink | undefined
  const slow = async () => (await ways.openssh()).link(host, options)
  return {
    async run(command, limits) {
      link ??= (await ways.onlyOpenssh()) ? await slow() : (await ways.pool()).link(host, options)
      try {
        return await link.run(command, limits)
      } catch (error) {
        if ((error as {class?: string}).class !== 'no-algorithm') throw error
        link.close()
        link = await slow()
        return await link.run(command, limits)
      }
    },
    close: () => link?.close(),
  }
}
