import type {Inventory, System} from '../../inventory/schema.js'
import {suggest} from '../../inventory/suggest.js'
import {impliesAws} from '../aws-environment.js'
import type {Environment} from '../environment.js'
import {impliedBy, inventoryIfAny, inventoryOf} from '../inventory.js'
import {UsageError} from '../usage-error.js'
import {SYSTEMS} from './default-checks.js'

/** One target of one system. */
export interface Target {
  system: System
  name: string
}

export const nameOf = ({system, name}: Target) => `${system}/${name}`

/**
 * The targets that are meant: `redis/flights`, `redis` for all of that system, and without any word all there are.
 * @throws UsageError for what is not known, and when there is none: empty is never all
 */
export async function targetsOf(
  words: readonly string[],
  explicit: string | undefined,
  at: Environment,
): Promise<Target[]> {
  const implied = SYSTEMS.filter((system) => impliedBy(system, at.env))
  const loaded = await inventoryIfAny(explicit, at)
  const all = SYSTEMS.flatMap((system) => targetsOfSystem(system, loaded?.inventory, at, words.length > 0))
  const source = loaded?.source ?? 'the environment'
  // Without an inventory the message of its loader says where one would be looked for.
  if (!loaded && all.length === 0) await inventoryOf(explicit, at)
  if (words.length > 0) {
    const meant = words.flatMap((word) => meantBy(word, all, source, implied))
    return all.filter((one) => meant.includes(one))
  }
  if (all.length > 0) return all
  throw new UsageError(
    `${source} has no target: there is nothing to check`,
    [],
    ['redeye inventory schema', 'redeye lab up'],
  )
}

function targetsOfSystem(
  system: System,
  inventory: Inventory | undefined,
  {env}: Environment,
  named: boolean,
): Target[] {
  const names = Object.keys(inventory?.[system] ?? {})
  if (names.length > 0) return names.map((name) => ({system, name}))
  const implied = impliedBy(system, env)
  // Any environment may have an AWS account; only one that says so is asked without having been named.
  if (!implied || (system === 'aws' && !named && !impliesAws(env))) return []
  return [{system, name: implied.name}]
}

function meantBy(word: string, all: readonly Target[], source: string, implied: readonly System[]): Target[] {
  const meant = all.filter((one) => one.system === word || nameOf(one) === word)
  if (meant.length > 0) return meant
  const [system = '', name] = word.split('/')
  const isSystem = SYSTEMS.some((one) => one === system)
  if (isSystem && name === undefined) throw new UsageError(`${source} has no ${system} target`)
  const known = [...new Set([...all.map(({system: of}) => of), ...implied]), ...all.map(nameOf)]
  // A target by its bare name is an easy slip.
  const near = all.find((one) => one.name === word)
  const likely = near ? nameOf(near) : suggest(word, known)
  throw new UsageError(
    `${isSystem ? `${source} has no ${system} target ${name}` : `${word} is neither a system nor a target of ${source}`}${likely ? `; did you mean ${likely}?` : ''}`,
    [`there are ${all.map(nameOf).join(', ') || 'none'}`],
    likely ? [`redeye check ${likely}`] : [],
  )
}
