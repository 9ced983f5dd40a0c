/**
 * `count` of the names, spread evenly and the same for the same seed: a host keeps its place when others come or go.
 * The order is that of the draw.
 */
export function drawn<One>(
  all: readonly One[],
  count: number,
  seed: number,
  nameOf: (one: One) => string,
): One[] {
  return all
    .map((one) => ({one, rank: rank(nameOf(one), seed)}))
    .sort((a, b) => a.rank - b.rank || (nameOf(a.one) < nameOf(b.one) ? -1 : 1))
    .slice(0, count)
    .map(({one}) => one)
}

/** FNV-1a with a finishing mix, so that neighbouring names are far apart. */
function rank(name: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
