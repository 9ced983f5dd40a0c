const GIB = 1024 ** 3
const TIB = 1024 ** 4

/** `64.0G`, `1.2T`: binary units, as the vSphere Client shows memory. */
export function bytes(count: number): string {
  return count >= TIB ? `${(count / TIB).toFixed(1)}T` : `${(count / GIB).toFixed(1)}G`
}

/** `4.1G` of GHz. */
export function mhz(count: number): string {
  return `${(count / 1000).toFixed(1)}G`
}

/** Whole percent; `?` of nothing. */
export function share(part: number, all: number): string {
  return all > 0 ? `${Math.round((100 * part) / all)}%` : '?'
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
