import {type Failing, failing} from '../../engine/failure.js'
import type {FleetLinks, HostLink} from '../../systems/receivers/fleet.js'
import type {FleetHost} from '../../systems/receivers/host.js'

/** What one host answered, or why it did not. */
export type Answer<Value> = {id: string} & ({value: Value} | {failed: Failing})

/**
 * Asks many hosts the same, `width` at a time, each over a connection of its own that is let go of at once. In the order of
 * the hosts. Never throws for what a host does.
 */
export async function sweep<Value>(
  links: FleetLinks,
  hosts: readonly FleetHost[],
  width: number,
  ask: (link: HostLink, host: FleetHost) => Promise<Value>,
): Promise<Answer<Value>[]> {
  const answers: Answer<Value>[] = []
  const waiting = hosts.entries()
  const worker = async () => {
    for (const [at, host] of waiting) {
      const link = links.link(host)
      answers[at] = await ask(link, host).then(
        (value) => ({id: host.id, value}),
        (error: unknown) => ({id: host.id, failed: failing(error)}),
      )
      link.close()
    }
  }
  await Promise.all(Array.from({length: Math.min(width, hosts.length)}, worker))
  return answers
}
