import {failing} from '../../../engine/failure.js'
import type {HostLink, RunOptions, RunResult} from '../../../systems/receivers/fleet.js'
import type {FleetHost} from '../../../systems/receivers/host.js'
import {saidNo} from '../../said-no.js'
import type {FleetSurroundings} from '../surroundings.js'

/** One host over one connection, from the first look of its step to the end of it. */
export interface Session {
  link(): Promise<HostLink>
  close(): void
}

/** Nothing is opened yet. */
export function sessionOf(
  systems: Pick<FleetSurroundings, 'fleet'>,
  fleet: string,
  host: FleetHost,
): Session {
  let opened: HostLink | undefined
  return {
    async link() {
      const links = await systems.fleet(fleet)
      opened ??= strict(links.link(host))
      return opened
    },
    close: () => opened?.close(),
  }
}

/**
 * Who turns us away is there: a changed host key or a refused sign-in is a failure to be looked at, and not one of the few
 * percent of hosts that are always away.
 */
function strict({run, close}: HostLink): HostLink {
  return {
    close,
    async run(command: string, options: RunOptions): Promise<RunResult> {
      try {
        return await run(command, options)
      } catch (error) {
        const {fault, message, class: kind = 'refused', hint} = failing(error)
        if (fault !== 'refused') throw error
        throw saidNo(message, kind, hint)
      }
    },
  }
}
