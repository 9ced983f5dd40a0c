import {EarlyEnd} from '../../engine/early.js'
import {followers} from '../../systems/haproxy/followers.js'
import type {HaproxySystems} from '../../systems/haproxy/group.js'
import type {HaproxyInstance} from '../../systems/haproxy/instance.js'
import type {ServerView, Snapshot} from '../../systems/haproxy/snapshot.js'
import type {Scope, Target} from './input.js'

/** What was seen on each instance of the group, in the order of the inventory. */
export type Facts = {
  instances: InstanceFacts[]
  /** Every server there is, when the one asked for is not among them: a person has mistyped it. */
  instead?: string[]
}

export type InstanceFacts = {
  name: string
  where: string
  /** Left out by --instance or --skip-instance. */
  skipped: boolean
  /** Why it could not be read; empty when it was. */
  error: string
  hint: string
  snapshot: Snapshot | null
}

/** Reads every instance of the group side by side. @throws when none answers: then the target is out of reach. */
export async function readGroup(systems: HaproxySystems, input: Scope, signal: AbortSignal): Promise<Facts> {
  const instances = await systems.haproxy(input.group)
  mustKnow(input, instances)
  const skipped = (name: string) =>
    input.skip.includes(name) || (input.instances.length > 0 && !input.instances.includes(name))
  const errors: unknown[] = []
  const read = await Promise.all(
    instances.map(async (instance): Promise<InstanceFacts> => {
      const facts = {
        name: instance.name,
        where: instance.where,
        skipped: skipped(instance.name),
        error: '',
        hint: '',
      }
      if (facts.skipped) return {...facts, snapshot: null}
      try {
        return {...facts, snapshot: await instance.snapshot(signal)}
      } catch (error) {
        if (signal.aborted) throw error
        errors.push(error)
        const {message, hint = ''} = error as {message: string; hint?: string}
        return {...facts, error: message, hint, snapshot: null}
      }
    }),
  )
  if (errors.length > 0 && read.every((one) => one.snapshot === null)) throw noneAnswers(read, errors)
  return {instances: read}
}

function mustKnow({instances, skip, group}: Scope, known: readonly HaproxyInstance[]): void {
  const names = known.map((instance) => instance.name)
  const unknown = [...instances, ...skip].filter((name) => !names.includes(name))
  if (unknown.length > 0)
    throw unknownName(`${group} has no instance ${unknown.join(', ')}; it has ${names.join(', ')}`)
  if (names.every((name) => skip.includes(name))) throw unknownName(`every instance of ${group} is left out`)
}

/** A name that fits nothing is a typing error: empty is never all. */
function unknownName(message: string): EarlyEnd {
  return new EarlyEnd('usage', message, [], ['redeye inventory show'])
}

/** Every instance by name, with what the first of them knows about why. */
function noneAnswers(read: readonly InstanceFacts[], [first]: readonly unknown[]): Error {
  // Each of them names its instance already.
  const says = read.flatMap(({error}) => (error === '' ? [] : [error])).join('; ')
  const {fault, hint} = (first ?? {}) as {fault?: string; hint?: string}
  return Object.assign(new Error(says), {fault, hint})
}

/** Keeps of each snapshot the backends that the change touches, so that plans stay readable and drift is about them. */
export function keepAffected(facts: Facts, input: Target): Facts {
  const touched = new Set(affectedBackends(facts, input))
  return {
    ...(touched.size === 0 && {instead: everyServer(facts)}),
    instances: facts.instances.map((one) => {
      if (!one.snapshot) return one
      const backends = Object.entries(one.snapshot.backends).filter(([name]) => touched.has(name))
      return {...one, snapshot: {...one.snapshot, backends: Object.fromEntries(backends)}}
    }),
  }
}

function everyServer({instances}: Facts): string[] {
  const names = instances.flatMap(({snapshot}) =>
    Object.values(snapshot?.backends ?? {}).flatMap((backend) =>
      Object.values(backend.servers).map(fullName),
    ),
  )
  return [...new Set(names)].sort()
}

/** One server entry on one instance: what a step changes. */
export interface Member {
  instance: string
  view: ServerView
}

/** The entries to change, per instance in order. Entries that follow another one in the set change with it. */
export function members(facts: Facts, input: Target): Member[] {
  return facts.instances.flatMap((one) => {
    const views = matching(one.snapshot, input)
    const names = new Set(views.map(fullName))
    return views
      .filter((view) => input.server !== null || !names.has(view.tracks))
      .map((view) => ({instance: one.name, view}))
  })
}

function matching(snapshot: Snapshot | null, input: Target): ServerView[] {
  if (!snapshot) return []
  const views = Object.values(snapshot.backends).flatMap((backend) => Object.values(backend.servers))
  return views.filter((view) =>
    input.server === null ? hasAddress(view, input.address ?? '') : fullName(view) === input.server,
  )
}

function hasAddress(view: ServerView, address: string): boolean {
  const host = view.address.includes(':') ? `[${view.address}]` : view.address
  return address === view.address || address === `${host}:${view.port}`
}

/** Every backend that loses capacity: those of the entries and those of the entries that follow them. */
export function affectedBackends(facts: Facts, input: Target): string[] {
  const names = facts.instances.flatMap(({snapshot}) =>
    matching(snapshot, input).flatMap((view) => [
      view.backend,
      ...following(snapshot, view).map((one) => one.backend),
    ]),
  )
  return [...new Set(names)]
}

/** The entries that take their state from this one. */
export function following(snapshot: Snapshot | null, view: ServerView): ServerView[] {
  return snapshot ? followers(snapshot, view.backend, view.name) : []
}

/** Every entry that goes out of rotation on one instance, followers included, as `backend/server`. */
export function leaving(one: InstanceFacts, input: Target): Set<string> {
  return new Set(
    matching(one.snapshot, input).flatMap((view) => [
      fullName(view),
      ...following(one.snapshot, view).map(fullName),
    ]),
  )
}

export function fullName(view: ServerView): string {
  return `${view.backend}/${view.name}`
}
