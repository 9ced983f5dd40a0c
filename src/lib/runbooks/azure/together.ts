/** Reads in flight: more would empty the allowance of the subscription in one go. */
const AT_ONCE = 8

/** Asks about many things, a few at a time; answers keep their order. */
export async function together<In, Out>(all: readonly In[], ask: (one: In) => Promise<Out>): Promise<Out[]> {
  const answers: Out[] = []
  const waiting = all.entries()
  const worker = async () => {
    for (const [at, one] of waiting) answers[at] = await ask(one)
  }
  await Promise.all(Array.from({length: Math.min(AT_ONCE, all.length)}, worker))
  return answers
}
