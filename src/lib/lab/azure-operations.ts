/** How the operation that a request starts will end, where not well. */
export type OperationScript = {
  /** Milliseconds until it has ended. */
  ms?: number
  fail?: {code: string; message: string}
  canceled?: true
  /** It ends `Succeeded`, and nothing has happened. */
  noEffect?: true
  /** It runs until it is told to end. */
  never?: true
}

export type Operation = {
  id: string
  startedAt: number
  endsAt: number
  status: 'InProgress' | 'Succeeded' | 'Failed' | 'Canceled'
  error?: {code: string; message: string}
  /** What `Location` gives in the end. */
  result?: unknown
}

export interface Operations {
  begin(script: OperationScript, effect: () => Promise<unknown> | unknown, always?: () => void): Operation
  find(id: string): Operation | undefined
  all(): Operation[]
  /** Everything that is under way ends now, as it would have ended. */
  finish(): Promise<void>
  /** Ends the timers of everything that still runs. */
  clear(): void
}

/** The long-running operations of one peer; each has its effect when it ends. */
export function operations(defaultMs: () => number): Operations {
  const known = new Map<string, Operation>()
  const underWay = new Map<string, {end(): Promise<void>; timer?: NodeJS.Timeout}>()
  let count = 0
  return {
    begin(script, effect, always) {
      count += 1
      const now = Date.now()
      const ms = script.ms ?? defaultMs()
      const one: Operation = {id: `op-${count}`, startedAt: now, endsAt: now + ms, status: 'InProgress'}
      known.set(one.id, one)
      const ended = async () => {
        underWay.delete(one.id)
        await end(one, script, effect).finally(() => always?.())
      }
      underWay.set(one.id, {end: ended, ...(!script.never && {timer: setTimeout(() => void ended(), ms)})})
      return one
    },
    find: (id) => known.get(id),
    all: () => [...known.values()],
    async finish() {
      const all = [...underWay.values()]
      for (const {timer} of all) clearTimeout(timer)
      await Promise.all(all.map((one) => one.end()))
    },
    clear() {
      for (const {timer} of underWay.values()) clearTimeout(timer)
      underWay.clear()
      known.clear()
    },
  }
}

async function end(one: Operation, script: OperationScript, effect: () => unknown): Promise<void> {
  if (!script.fail && !script.canceled && !script.noEffect) one.result = await effect()
  one.endsAt = Date.now()
  one.status = script.fail ? 'Failed' : script.canceled ? 'Canceled' : 'Succeeded'
  if (script.fail) one.error = script.fail
  if (script.canceled) one.error = {code: 'OperationPreempted', message: 'The operation was preempted.'}
}
