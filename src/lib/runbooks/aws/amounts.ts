/** `45 s`, `10 min`, `2.5 h` */
export function lasting(ms: number): string {
  if (ms < 120_000) return `${Math.round(ms / 1000)} s`
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`
  return `${Math.round(ms / 360_000) / 10} h`
}

/** Time between two looks: often while something quick may happen, then as a shared API likes it. */
export function paced(waitedMs: number): number {
  if (waitedMs < 1000) return 250
  if (waitedMs < 5000) return 1000
  return waitedMs < 120_000 ? 5000 : 15_000
}
