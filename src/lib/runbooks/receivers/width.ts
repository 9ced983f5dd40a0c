import type {FanOut} from './input.js'

/** Hosts in flight where nobody says how many. */
export const WIDTH = 500

/** Every host in flight costs a file descriptor, and some are needed for everything else. */
export function widthWithin({width}: Pick<FanOut, 'width'>, fileDescriptors: number): number {
  return Math.max(1, Math.min(width ?? WIDTH, Math.floor(fileDescriptors / 2)))
}
