/** Numbers for jobs, each with a byte that all threads see: 1 as soon as the command was sent. */
export interface Slots {
  readonly shared: SharedArrayBuffer
  /** The flag is cleared. @throws RangeError when all are in use */
  take(): number
  wasSent(slot: number): boolean
  free(slot: number): void
}

/** More than any process has file descriptors for. */
const MOST = 1 << 20

export function slots(): Slots {
  const shared = new SharedArrayBuffer(MOST)
  const sent = new Uint8Array(shared)
  const freed: number[] = []
  let next = 0
  return {
    shared,
    take() {
      const slot = freed.pop() ?? next++
      if (slot >= MOST) throw new RangeError('more commands than slots')
      Atomics.store(sent, slot, 0)
      return slot
    },
    wasSent: (slot) => Atomics.load(sent, slot) === 1,
    free: (slot) => void freed.push(slot),
  }
}
