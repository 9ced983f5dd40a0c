import type {Finding} from '../../engine/runbook.js'

/** What a guard says of one host: nothing when all is well. */
export type Objection = {says: string; level?: 'warn' | 'refuse'} | undefined

/**
 * One finding over all hosts: passes when no host objects, and names those that do. Equal objections are one with a list.
 */
export function overHosts(
  names: readonly string[],
  guard: {id: string; pass: string; clear?: string; overridable?: boolean},
  objects: (host: string) => Objection,
): Finding {
  const bySaying = new Map<string, string[]>()
  let refuses = false
  for (const host of names) {
    const objection = objects(host)
    if (!objection) continue
    refuses ||= objection.level !== 'warn'
    bySaying.set(objection.says, [...(bySaying.get(objection.says) ?? []), host])
  }
  const {id, pass, clear, overridable} = guard
  if (bySaying.size === 0) return {id, level: 'pass', saw: pass}
  const saw = [...bySaying].map(([says, hosts]) => `${hosts.join(', ')}: ${says}`).join('; ')
  if (!refuses) return {id, level: 'warn', saw}
  return {
    id,
    level: 'refuse',
    saw,
    ...(clear !== undefined && {clear}),
    ...(overridable === true && {overridable}),
  }
}
