/**
 * Lets so many things begin per turn of the event loop. Hundreds of connections begun in one turn answer in one turn too, and
 * whatever else the thread has to do waits for all of them.
 */
export function turnstile(perTurn: number): (begin: () => void) => void {
  const waiting: (() => void)[] = []
  let armed = false
  const turn = () => {
    for (const begin of waiting.splice(0, perTurn)) begin()
    armed = waiting.length > 0
    if (armed) setImmediate(turn)
  }
  return (begin) => {
    waiting.push(begin)
    if (armed) return
    armed = true
    setImmediate(turn)
  }
}
