import type {Json} from '../engine/json.js'
import {readGroup} from '../runbooks/haproxy/facts.js'
import {matches, status} from '../runbooks/haproxy/status.js'
import type {Environment} from './environment.js'
import type {CommonFlags} from './flags.js'
import {reading} from './reading.js'
import {secrets} from './secrets.js'
import {statusLines} from './status-lines.js'
import {UsageError} from './usage-error.js'

/** Reads the group and renders it. @throws UsageError when the filter matches nothing: empty is never all */
export async function haproxyStatus(
  group: string,
  filter: string,
  flags: CommonFlags,
  at: Environment,
): Promise<{lines: string[]; json: Json}> {
  return await reading(flags.inventory, at, async (systems, signal) => {
    const facts = secrets.redactAll(await readGroup(systems, {group, instances: [], skip: []}, signal))
    const names = facts.instances.flatMap(({snapshot}) =>
      Object.values(snapshot?.backends ?? {}).flatMap((one) =>
        Object.keys(one.servers).map((name) => `${one.name}/${name}`),
      ),
    )
    if (!names.some((name) => matches(name, filter))) await nothingMatches(group, filter, names)
    const seen = status(facts, filter)
    return {lines: statusLines(seen), json: seen.json}
  })
}

async function nothingMatches(group: string, filter: string, names: readonly string[]): Promise<never> {
  const {suggest} = await import('../inventory/suggest.js')
  const near = suggest(filter, [...names, ...names.map((name) => name.split('/')[0] ?? '')])
  throw new UsageError(
    `${group} has no backend or server ${filter}${near ? `; did you mean ${near}?` : ''}`,
    [],
    ['redeye haproxy status'],
  )
}
