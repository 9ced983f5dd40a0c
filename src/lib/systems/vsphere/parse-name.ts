/** Names arrive with `/`, `\` and `%` as `%2f`, `%5c` and `%25`. */
export function entityName(name: string | undefined, ref: string): string {
  return (name ?? ref).replace(/%(2f|5c|25)/gi, (found) => decodeURIComponent(found))
}

export interface Named {
  ref: string
  name?: string
  parent?: string
}

/**
 * Inventory path of an object: `/DC0/host/DC0_C0/DC0_C0_H0`. Names stay as they arrive, else a `/` in one would be
 * ambiguous. The root folder is not part of it.
 */
export function pathOf(one: Named, above: ReadonlyMap<string, Named>): string {
  const names: string[] = []
  const seen = new Set<string>()
  for (
    let at: Named | undefined = one;
    at?.parent !== undefined && !seen.has(at.ref);
    at = above.get(at.parent)
  ) {
    seen.add(at.ref)
    names.unshift(at.name ?? at.ref)
  }
  return `/${names.join('/')}`
}
