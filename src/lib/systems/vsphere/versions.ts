/** The newest version of vim25 that this client was written for. */
const OURS = '8.0.3.0'

/**
 * The version to speak: the newest that both know. A server lists what it speaks in `vimServiceVersions.xml`; one that
 * has no such file speaks its own `about.apiVersion` and what came before.
 * @param listed the text of that file
 */
export function agreedVersion(listed: string | undefined, apiVersion: string): string {
  const known = listed === undefined ? [] : versionsIn(listed)
  const fitting = known.filter((one) => compare(one, OURS) <= 0).sort(compare)
  return fitting.at(-1) ?? (compare(apiVersion, OURS) <= 0 && apiVersion !== '' ? apiVersion : OURS)
}

/** Of the namespace `urn:vim25`: its version and the prior ones. */
function versionsIn(listed: string): string[] {
  const namespaces = listed.split(/<namespace>/).slice(1)
  const own = namespaces.find((one) => /<name>\s*urn:vim25\s*<\/name>/.test(one)) ?? ''
  return [...own.matchAll(/<version>\s*([0-9.]+)\s*<\/version>/g)].flatMap(([, version]) => version ?? [])
}

function compare(one: string, other: string): number {
  const [a, b] = [one.split('.').map(Number), other.split('.').map(Number)]
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
