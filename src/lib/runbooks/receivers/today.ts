import type {FleetLinks} from '../../systems/receivers/fleet.js'
import type {FleetHost} from '../../systems/receivers/host.js'
import {lookAt} from '../../systems/receivers/unit.js'
import {reachText, unitText} from './status.js'
import {sweep} from './sweep.js'

/** Hosts that are alike before anything is changed. */
export type Today = {state: string; hosts: number}

const ANSWER_MS = 15_000

/** Asks every host how it is; most frequent first. Without a unit, whether it answers. */
export async function howTheyAre(
  links: FleetLinks,
  hosts: readonly FleetHost[],
  {unit, width, connectTimeoutMs}: {unit: string | null; width: number; connectTimeoutMs: number},
  signal: AbortSignal,
): Promise<Today[]> {
  const answers = await sweep(links, hosts, width, async (link) => {
    if (unit === null) {
      await link.run('true', {signal, connectTimeoutMs, timeoutMs: ANSWER_MS, repeatable: true})
      return 'answers'
    }
    const {load, active, sub} = await lookAt(link, unit, {signal, connectTimeoutMs})
    return `${unit} ${unitText(load, active, sub)[0]}`
  })
  const counts = new Map<string, number>()
  for (const answer of answers) {
    const state = 'value' in answer ? answer.value : reachText(answer)[0]
    counts.set(state, (counts.get(state) ?? 0) + 1)
  }
  return [...counts].map(([state, hosts]) => ({state, hosts})).sort((a, b) => b.hosts - a.hosts)
}
