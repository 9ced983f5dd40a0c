import {setTimeout as sleep} from 'node:timers/promises'

/** Asks again every `everyMs` until the answer is true; false when `limitMs` went by first. */
export async function until(
  ask: () => boolean | Promise<boolean>,
  limitMs: number,
  everyMs = 25,
): Promise<boolean> {
  const end = performance.now() + limitMs
  while (!(await ask())) {
    if (performance.now() > end) return false
    await sleep(everyMs)
  }
  return true
}
