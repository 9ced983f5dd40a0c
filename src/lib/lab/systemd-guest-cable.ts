import {randomInt} from 'node:crypto'
import {networkInterfaces} from 'node:os'

/** Both ends of a cable of its own; `number` is in the name of its interface. */
export type Cable = {here: string; there: string; number: number}

/** Addresses of 198.18.0.0/15, which no network uses [RFC 2544: for measurements], in blocks of four. */
export function freeCable(): Cable {
  const used = new Set(
    Object.values(networkInterfaces()).flatMap((some) => some?.map(({address}) => address) ?? []),
  )
  for (let tries = 0; tries < 200; tries++) {
    const number = randomInt(2 ** 15)
    const at = (host: number) => {
      const low = number * 4 + host
      return `198.${18 + (low >> 16)}.${(low >> 8) & 255}.${low & 255}`
    }
    if (!used.has(at(1))) return {here: at(1), there: at(2), number}
  }
  throw new Error('no address for another guest was found in 200 tries')
}
