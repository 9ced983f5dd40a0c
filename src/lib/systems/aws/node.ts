/** A machine that Systems Manager manages: an EC2 instance (`i-`) or one of one's own (`mi-`); plain JSON. */
export type ManagedNode = {
  id: string
  name: string
  /** `Linux`, `Windows`, `MacOS`. */
  platform: string
  /** `3.2.2303.0` */
  agent: string
  /** `Online`, `ConnectionLost`, `Inactive`. The agent reports every 5 minutes: Online may be as old. */
  ping: string
  /** Milliseconds since the epoch; null when it never reported. */
  pingAtMs: number | null
  address: string
}

/** Which nodes. */
export type NodeChoice = {ids: string[]} | {tags: {key: string; value: string}[]} | {all: 'hybrid' | 'every'}

export interface NodeReader {
  /** In the order of their ids; ids that it does not know are not among them. */
  nodes(choice: NodeChoice, signal: AbortSignal): Promise<ManagedNode[]>
}

/** One document to run on up to 50 nodes. */
export type CommandOrder = {
  nodes: readonly string[]
  document: string
  version: string
  parameters: {[name: string]: string[]}
  /** How long it may wait for a node, 30 s at least. */
  deliverySec: number
  /** `10` or `10%`. */
  maxConcurrency: string
  maxErrors: string
  /** At most 100 characters; by it a command is found again whose answer was lost. */
  comment: string
}

/** How a command is, on one node. */
export type Invocation = {
  node: string
  /** `not-sent`: it was not, since too many others had failed, or it was cancelled before. */
  state: 'running' | 'success' | 'failed' | 'not-sent'
  /** As the service says it: `Delivery Timed Out`. */
  detail: string
  /** Exit code; null before it has one. */
  code: number | null
  /** What it printed, cut off by the service at 2,500 characters. */
  output: string
}

export interface CommandRunner {
  /** @returns its id. Not repeated where nobody knows whether it was accepted. */
  sendCommand(order: CommandOrder, signal: AbortSignal): Promise<string>
  /** The id of the command with this comment, of those since then; null when there is none (yet). */
  findCommand(comment: string, sinceMs: number, signal: AbortSignal): Promise<string | null>
  /** Of a young command none may be known yet. */
  invocations(command: string, signal: AbortSignal): Promise<Invocation[]>
}
