import type {Size} from './input.js'

/**
 * The size of each wave, in hosts: percentages are of all hosts and rounded up, the last wave takes what is left, waves that
 * nothing is left for are not there. The sum falls short of `hosts` when the sizes do.
 */
export function waveSizes(sizes: readonly Size[], hosts: number): number[] {
  const waves: number[] = []
  let left = hosts
  for (const size of sizes) {
    const taken = Math.min(left, wanted(size, hosts))
    if (taken > 0) waves.push(taken)
    left -= taken
  }
  return waves
}

function wanted(size: Size, hosts: number): number {
  if (size === 'rest') return hosts
  return 'hosts' in size ? size.hosts : Math.ceil((hosts * size.percent) / 100)
}

/** Cuts a list into its waves. */
export function inWaves<One>(all: readonly One[], sizes: readonly number[]): One[][] {
  let from = 0
  return sizes.map((size) => {
    from += size
    return all.slice(from - size, from)
  })
}

/** `1,10,1%,10%,rest`; undefined when it is none of these. */
export function parseWaves(text: string): Size[] | undefined {
  const sizes = text.split(',').map((part) => parseSize(part.trim()))
  const known = sizes.filter((size) => size !== undefined)
  const rest = known.indexOf('rest')
  const well = known.length === sizes.length && (rest === -1 || rest === known.length - 1)
  return well ? known : undefined
}

function parseSize(text: string): Size | undefined {
  if (text === 'rest') return text
  if (/^[1-9]\d{0,5}$/.test(text)) return {hosts: Number(text)}
  const percent = /^(\d{1,3}(?:\.\d+)?)%$/.test(text) ? Number(text.slice(0, -1)) : 0
  return percent > 0 && percent <= 100 ? {percent} : undefined
}
