/** Remembers everything that was begun, so that a failure half-way leaves nothing running. */
export function stopTogether() {
  const begun: Promise<{stop(): Promise<void>}>[] = []
  return {
    keep<T extends {stop(): Promise<void>}>(starting: Promise<T>): Promise<T> {
      begun.push(starting)
      return starting
    },
    async stop() {
      const ends = (await Promise.allSettled(begun)).map((one) =>
        one.status === 'fulfilled' ? one.value.stop() : undefined,
      )
      await Promise.all(ends)
    },
  }
}
