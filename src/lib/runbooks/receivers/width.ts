import type {FanOut} from './input.js'

/** Hosts in flight where nobody says how many. */
export const WIDTH = 500
/** Two processes for each host (measured: 1.2 MB each of their own). */
const OPENSSH_WIDTH = 100

/** What bounds it. */
export type Bounds = {machine: {fileDescriptors: number}; manner: {openssh: string}}

/** How many hosts this machine bears: each costs a file descriptor, and some are needed for everything else. */
export function widthWithin({width}: Pick<FanOut, 'width'>, {machine, manner}: Bounds): number {
  const most = manner.openssh === '' ? machine.fileDescriptors : OPENSSH_WIDTH * 2
  return Math.max(1, Math.min(width ?? WIDTH, Math.floor(Math.min(most, machine.fileDescriptors) / 2)))
}
