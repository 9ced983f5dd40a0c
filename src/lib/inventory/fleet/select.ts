import {knownLabels, mustBeKnown} from '../selection/known-labels.js'
import {matcher} from '../selection/match.js'
import {parseExpression} from '../selection/parse.js'
import {drawn} from '../selection/sample.js'
import {SelectionError} from '../selection/selection-error.js'
import {suggestions} from '../suggest.js'
import type {FleetHost} from './host.js'

/** What a person asks for; parts that are absent do not narrow. */
export type Choice = {
  /** A named expression of the inventory. */
  cohort: string | null
  where: string | null
  /** Ids, one by one. */
  ids: string[] | null
  exclude: string | null
  sample: number | null
  seed: number
  limit: number | null
}

export type Selected = {hosts: FleetHost[]; words: string}

/**
 * All parts together: cohort and where and ids, without exclude, then sample, then limit.
 * @throws SelectionError for an unknown cohort, label, value or id, and when nothing is left: empty is never all
 */
export function select(
  fleet: readonly FleetHost[],
  cohorts: Readonly<Record<string, string>>,
  choice: Choice,
): Selected {
  const known = knownLabels(fleet.map(({labels}) => labels))
  const fits = (text: string) => {
    const expression = parseExpression(text)
    mustBeKnown(expression, text, known)
    return matcher(expression)
  }
  const {where, exclude, sample, seed, limit, ids} = choice
  const cohort = choice.cohort === null ? null : cohortOf(choice.cohort, cohorts)
  const wanted = [...(cohort === null ? [] : [fits(cohort)]), ...(where === null ? [] : [fits(where)])]
  const unwanted = exclude === null ? () => false : fits(exclude)
  const named = ids === null ? fleet : byIds(fleet, ids)
  let hosts = named.filter(({labels}) => wanted.every((one) => one(labels)) && !unwanted(labels))
  if (hosts.length === 0) throw new SelectionError('no host fits all of it', wordsOf(choice), 0)
  if (sample !== null) hosts = drawn(hosts, sample, seed, ({id}) => id)
  if (limit !== null) hosts = hosts.slice(0, limit)
  return {hosts, words: wordsOf(choice)}
}

function cohortOf(name: string, cohorts: Readonly<Record<string, string>>): string {
  const expression = cohorts[name]
  if (expression !== undefined) return expression
  const near = suggestions(name, Object.keys(cohorts))
  const known = Object.keys(cohorts).join(', ') || 'none'
  throw new SelectionError(
    `there is no cohort ${name}${near.length > 0 ? ` (did you mean ${near.join(' or ')}?)` : ` (there are ${known})`}`,
    name,
    0,
  )
}

function byIds(fleet: readonly FleetHost[], ids: readonly string[]): FleetHost[] {
  const all = new Map(fleet.map((host) => [host.id, host]))
  return [...new Set(ids)].map((id) => {
    const host = all.get(id)
    if (host) return host
    const near = suggestions(id, all.keys())
    throw new SelectionError(
      `there is no host ${id}${near.length > 0 ? ` (did you mean ${near.join(' or ')}?)` : ''}`,
      id,
      0,
    )
  })
}

/** `cohort canary and country=SE, without site=a, 10 drawn with seed 1` */
function wordsOf({cohort, where, ids, exclude, sample, seed, limit}: Choice): string {
  const parts = [
    ...(cohort === null ? [] : [`cohort ${cohort}`]),
    ...(where === null ? [] : [where]),
    ...(ids === null ? [] : [`${ids.length} named ${ids.length === 1 ? 'host' : 'hosts'}`]),
  ]
  return [
    parts.join(' and ') || 'every host',
    ...(exclude === null ? [] : [`without ${exclude}`]),
    ...(sample === null ? [] : [`${sample} drawn with seed ${seed}`]),
    ...(limit === null ? [] : [`at most ${limit}`]),
  ].join(', ')
}
