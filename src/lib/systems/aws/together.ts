import type {CommandOrder, CommandRunner, Invocation} from './node.js'

/** Nodes of one command [src: SendCommand, InstanceIds]. */
const MOST = 50
/** Who begins within so long goes together. */
const TOGETHER_MS = 200
/** One look serves all nodes of a command for so long. */
const LOOK_MS = 1000

/** What is known of the sending to one node; journalled, plain JSON. */
export type Sending = {
  /** The comment of the command: journalled before it is sent, so that it can be found again. */
  mark: string
  sinceMs: number
  /** Its id, once the service has said it. */
  command: string | null
}

/** One document for many nodes, each of which begins when its turn comes: those of a moment share a command. */
export interface Together {
  /** @param keep journals what is known; resolves when it is on disk */
  send(node: string, keep: (known: Sending) => Promise<void>, signal: AbortSignal): Promise<void>
  /** How it is on this node; null when the service knows nothing of it (yet). */
  look(known: Sending, node: string, signal: AbortSignal): Promise<Invocation | null>
}

type Member = {
  node: string
  keep(known: Sending): Promise<void>
  resolve(): void
  reject(error: unknown): void
}

/** @param token names the run: marks of different runs differ. @param now milliseconds since the epoch */
export function together(
  runner: CommandRunner,
  order: Omit<CommandOrder, 'nodes' | 'comment'>,
  token: string,
  now: () => number,
): Together {
  let waiting: Member[] = []
  let timer: NodeJS.Timeout | undefined
  let batches = 0
  const looks = new Map<string, {atMs: number; seen: Promise<Invocation[]>}>()

  const close = (signal: AbortSignal) => {
    clearTimeout(timer)
    timer = undefined
    const members = waiting
    waiting = []
    batches += 1
    // The time keeps a resumed run from using a mark again.
    const mark = `redeye ${token} ${now().toString(36)}-${batches}`
    void sendTo(members, {mark, sinceMs: now(), command: null}, signal).then(
      () => {
        for (const {resolve} of members) resolve()
      },
      (error: unknown) => {
        for (const {reject} of members) reject(error)
      },
    )
  }
  const sendTo = async (members: readonly Member[], known: Sending, signal: AbortSignal) => {
    await Promise.all(members.map(({keep}) => keep(known)))
    const nodes = members.map(({node}) => node)
    const command = await runner.sendCommand({...order, nodes, comment: known.mark}, signal)
    await Promise.all(members.map(({keep}) => keep({...known, command})))
  }
  const commandOf = async ({mark, sinceMs, command}: Sending, signal: AbortSignal) =>
    command ?? (await runner.findCommand(mark, sinceMs, signal))

  return {
    send(node, keep, signal) {
      return new Promise((resolve, reject) => {
        waiting.push({node, keep, resolve, reject})
        timer ??= setTimeout(() => close(signal), TOGETHER_MS)
        if (waiting.length === MOST) close(signal)
      })
    },
    async look(known, node, signal) {
      const command = await commandOf(known, signal)
      if (command === null) return null
      const last = looks.get(command)
      const fresh =
        last && now() - last.atMs < LOOK_MS ? last : {atMs: now(), seen: runner.invocations(command, signal)}
      looks.set(command, fresh)
      return (await fresh.seen).find((one) => one.node === node) ?? null
    },
  }
}
