import type {Json} from '../../engine/json.js'
import type {AwsSystems} from '../../systems/aws/account.js'
import type {ReceiversSystems} from '../../systems/receivers/fleet.js'
import type {FleetHost} from '../../systems/receivers/host.js'
import type {Order, Selection} from './input.js'

/** What the runbooks of a fleet need besides its hosts. */
export interface FleetSurroundings extends ReceiversSystems, Pick<AwsSystems, 'aws'> {
  /** Facts of the run that is taken up: its hosts stay its hosts, whatever the inventory says by now. */
  resumed(): Json | undefined
  /** @throws when the selection names what nobody has: empty is never all */
  choose(
    fleet: string,
    selection: Selection,
    order: Order,
    spreadBy: string | null,
    /** A label that the hosts keep, beside the one that spreads. */
    keep?: string,
  ): Promise<Chosen>
  /** What earlier runs have restarted since then, except the one that is taken up. */
  restarted(fleet: string, unit: string, sinceMs: number): Promise<{run: string; hosts: string[]}[]>
  /**
   * A file of this machine, shared by all threads.
   * @throws when it cannot be read, or is not the one with this SHA-256 any more
   */
  content(source: string, sha256: string): Promise<Uint8Array<SharedArrayBuffer>>
  /** Runs a command line of the person's own on this machine. */
  shell(line: string, signal: AbortSignal): Promise<{code: number | null; output: string}>
  /** The status code of one GET. @throws when nobody answers */
  httpStatus(url: string, signal: AbortSignal): Promise<number>
  /** What Datadog says of a monitor: `OK`, `Alert` ... @throws when it cannot be asked */
  monitorState(id: number, signal: AbortSignal): Promise<string>
}

/** A selection, resolved. */
export type Chosen = {
  /** In the order in which their turn comes; of their labels only the one that spreads. */
  hosts: FleetHost[]
  words: string
  /** Hosts of the whole fleet. */
  of: number
  /** How the selected hosts fall apart, most frequent values first. */
  counts: {label: string; values: [string, number][]}[]
  /** Hosts of the whole fleet by the label that spreads; those without it under the empty text. */
  sites: {[site: string]: number}
  limits: {maxHosts: number | null; maxPercent: number | null}
}
