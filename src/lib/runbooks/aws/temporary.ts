import type {Acl, Rule, Tags} from '../../systems/aws/network.js'

/** When a rule is no longer wanted, in ISO 8601. */
export const EXPIRES = 'redeye:expires'
/** Of the run that made it. */
export const MARK = 'redeye:mark'
const DENY = 'redeye:deny:'
const NEVER = 'never'

/** @param forMs null: until somebody takes it away. @returns ISO 8601 */
export function expiryOf(takenAtMs: number, forMs: number | null): string | null {
  return forMs === null ? null : new Date(takenAtMs + forMs).toISOString().replace(/\.\d+Z$/, 'Z')
}

export function markTags(mark: string, expires: string | null): Tags {
  return {[MARK]: mark, ...(expires !== null && {[EXPIRES]: expires})}
}

/** Entries of a network access list have no tags: the list has one for each, by its number. */
export type DenyTag = {number: number; cidr: string; expires: string | null; mark: string}

export function denyTagKey(number: number): string {
  return `${DENY}${number}`
}

export function denyTagValue({cidr, expires, mark}: Omit<DenyTag, 'number'>): string {
  return `${cidr} ${expires ?? NEVER} ${mark}`
}

export function denyTags({tags}: Pick<Acl, 'tags'>): DenyTag[] {
  return Object.entries(tags).flatMap(([key, value]) => {
    const [cidr = '', expires = '', mark = ''] = value.split(' ')
    if (!key.startsWith(DENY) || !/^\d+$/.test(key.slice(DENY.length))) return []
    return [{number: Number(key.slice(DENY.length)), cidr, expires: expires === NEVER ? null : expires, mark}]
  })
}

/** Somebody may have written anything into a tag: only a time that can be read is ever over. */
export function dueOf(expires: string | null | undefined, nowMs: number): 'due' | 'later' | 'unreadable' {
  if (expires === null || expires === undefined) return 'later'
  const atMs = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(expires) ? Date.parse(expires) : Number.NaN
  if (Number.isNaN(atMs)) return 'unreadable'
  return atMs <= nowMs ? 'due' : 'later'
}

export function expiresOf({tags}: Pick<Rule, 'tags'>): string | undefined {
  return tags[EXPIRES]
}
