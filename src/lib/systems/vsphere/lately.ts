/**
 * Answers from a moment ago are given again, so that a plan that is surveyed twice (before and after its locks are
 * taken) asks the server once. What failed is asked again.
 * @param now milliseconds, of a clock that never goes back
 */
export function lately<Answer>(
  keepMs: number,
  now: () => number,
): (key: string, ask: () => Promise<Answer>) => Promise<Answer> {
  const known = new Map<string, {at: number; answer: Answer}>()
  return async (key, ask) => {
    const last = known.get(key)
    if (last && now() - last.at < keepMs) return last.answer
    const answer = await ask()
    known.set(key, {at: now(), answer})
    return answer
  }
}
