import {execFile} from 'node:child_process'
import {randomUUID} from 'node:crypto'
import {setTimeout as sleep} from 'node:timers/promises'
import {type AwsCall, errorAnswer, jsonAnswer} from './aws-call.js'
import type {AwsOverlay} from './aws-overlay.js'

/** How a node deals with commands; what is absent is well. */
export type NodeWays = {
  /** The environment of its shell: a PATH with programs that play it. */
  env?: Readonly<Record<string, string>>
  /** It ends so, and runs nothing. */
  detail?: 'Delivery Timed Out' | 'Execution Timed Out' | 'Undeliverable' | 'Access Denied'
  /** Before it begins. */
  delayMs?: number
}

export type SentCommand = {
  id: string
  comment: string
  nodes: string[]
  maxConcurrency: string
  maxErrors: string
}

/** Run Command of Systems Manager: nodes run the scripts they are sent, in a real shell. The simulator says Success at once. */
export interface AwsCommands extends AwsOverlay {
  ways(node: string, ways: NodeWays): void
  /** So long nothing is known of a new command, as with the real service. */
  hideMs(ms: number): void
  sent(): SentCommand[]
}

type Run = {node: string; status: string; detail: string; code: number; output: string}
type Command = SentCommand & {atMs: number; runs: Run[]; document: string}
type Asked = {
  CommandId?: string
  InstanceIds?: string[]
  DocumentName?: string
  Comment?: string
  MaxConcurrency?: string
  MaxErrors?: string
  Parameters?: {commands?: string[]}
}

/** What is kept of an output [src: ListCommandInvocations, CommandPlugins.Output]. */
const KEPT = 2500

export function awsCommands(): AwsCommands {
  const commands: Command[] = []
  const ways = new Map<string, NodeWays>()
  let hiddenMs = 0
  const known = ({CommandId}: Asked) =>
    commands.find(({id, atMs}) => id === CommandId && Date.now() - atMs >= hiddenMs)
  const answers: Record<string, (asked: Asked, call: AwsCall) => unknown> = {
    SendCommand(asked, call) {
      const nodes = asked.InstanceIds ?? []
      if (nodes.length === 0 || nodes.length > 50)
        return errorAnswer(call, 400, 'ValidationException', `${nodes.length} InstanceIds`)
      const command = begin(asked, nodes)
      commands.push(command)
      void carryOut(command, asked.Parameters?.commands ?? [], ways)
      return jsonAnswer({Command: shown(command)})
    },
    ListCommands: () =>
      jsonAnswer({Commands: commands.filter(({atMs}) => Date.now() - atMs >= hiddenMs).map(shown)}),
    ListCommandInvocations: (asked) =>
      jsonAnswer({CommandInvocations: known(asked)?.runs.map((run) => invocation(asked, run)) ?? []}),
  }
  return {
    ways: (node, how) => void ways.set(node, how),
    hideMs: (ms) => {
      hiddenMs = ms
    },
    sent: () =>
      commands.map(({id, comment, nodes, maxConcurrency, maxErrors}) => ({
        ...{id, comment, nodes, maxConcurrency, maxErrors},
      })),
    async handle(call, pass) {
      const answer = call.service === 'ssm' ? answers[call.action] : undefined
      if (!answer) return await pass()
      return answer(call.json as Asked, call) as Awaited<ReturnType<typeof pass>>
    },
  }
}

function begin(asked: Asked, nodes: string[]): Command {
  const run = (node: string): Run => ({node, status: 'Pending', detail: 'Pending', code: -1, output: ''})
  return {
    id: randomUUID(),
    comment: asked.Comment ?? '',
    nodes,
    maxConcurrency: asked.MaxConcurrency ?? '50',
    maxErrors: asked.MaxErrors ?? '0',
    document: asked.DocumentName ?? '',
    atMs: Date.now(),
    runs: nodes.map(run),
  }
}

function shown({id, comment, atMs, nodes}: Command) {
  return {CommandId: id, Comment: comment, RequestedDateTime: atMs / 1000, TargetCount: nodes.length}
}

function invocation({CommandId}: Asked, {node, status, detail, code, output}: Run) {
  const plugins =
    code === -1 && output === ''
      ? []
      : [{Name: 'aws:runShellScript', ResponseCode: code, Output: output.slice(0, KEPT)}]
  return {CommandId, InstanceId: node, Status: status, StatusDetails: detail, CommandPlugins: plugins}
}

/** So many at a time; once more have failed than may, nothing more is sent. */
async function carryOut(
  {runs, maxConcurrency, maxErrors}: Command,
  lines: readonly string[],
  ways: ReadonlyMap<string, NodeWays>,
): Promise<void> {
  const count = (text: string) =>
    text.endsWith('%') ? Math.floor((runs.length * Number(text.slice(0, -1))) / 100) : Number(text)
  const waiting = runs.values()
  let failed = 0
  const worker = async () => {
    for (const run of waiting) {
      if (failed > count(maxErrors)) Object.assign(run, {status: 'Failed', detail: 'Terminated'})
      else if (!(await onNode(run, lines, ways.get(run.node) ?? {}))) failed += 1
    }
  }
  await Promise.all(Array.from({length: Math.max(1, count(maxConcurrency))}, worker))
}

async function onNode(
  run: Run,
  lines: readonly string[],
  {env, detail, delayMs = 0}: NodeWays,
): Promise<boolean> {
  await sleep(delayMs)
  if (detail !== undefined) {
    Object.assign(run, {status: /Timed Out/.test(detail) ? 'TimedOut' : 'Failed', detail})
    return false
  }
  Object.assign(run, {status: 'InProgress', detail: 'InProgress'})
  const {code, output} = await shell(lines.join('\n'), env)
  const status = code === 0 ? 'Success' : 'Failed'
  Object.assign(run, {status, detail: status, code, output})
  return code === 0
}

function shell(
  script: string,
  env?: Readonly<Record<string, string>>,
): Promise<{code: number; output: string}> {
  return new Promise((resolve) => {
    execFile('/bin/sh', ['-c', script], {env: {PATH: process.env.PATH, ...env}}, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
      resolve({code, output: stdout + (stderr === '' ? '' : `\n----------ERROR-------\n${stderr}`)})
    })
  })
}
