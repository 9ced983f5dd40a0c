import type {Dial} from '../../remote/dial.js'
import {exchange} from '../../remote/exchange.js'
import {RemoteError} from '../../remote/fault.js'
import {accepted} from './answers.js'
import {commands} from './commands.js'
import type {HaproxyInstance} from './instance.js'
import {parseSessions} from './parse-sessions.js'
import {parseWeight} from './parse-weight.js'
import {readServer} from './read-server.js'
import {readSnapshot} from './read-snapshot.js'
import {sections} from './sections.js'

/** Where the stats socket is, for messages; the dial does the work. */
export type HaproxySocket = {kind: 'unix'; path: string} | {kind: 'tcp'; host: string; port: number}

const CONNECT_MS = 3000
/** A snapshot of 10,000 servers has about 6 MB. */
const LIMITS = {answerMs: 5000, maxBytes: 64 * 1024 * 1024}

/**
 * An instance behind one stats socket. Nothing is sent before the first call.
 * @param connectMs for each dial; a dial that has to sign in somewhere first needs more than 3 s
 */
export function openInstance(
  at: {name: string; socket: HaproxySocket},
  dial: Dial,
  connectMs = CONNECT_MS,
): HaproxyInstance {
  const where = whereIs(at.socket)
  const limits = {...LIMITS, connectMs}
  const closing = new AbortController()

  const ask = (line: string, signal: AbortSignal) =>
    exchange(dial, `${line}\n`, limits, AbortSignal.any([signal, closing.signal]))
  const reader = (signal: AbortSignal) => async (lines: readonly string[]) =>
    sections(lines, await ask(lines.join(';'), signal))
  const change = (line: string, signal: AbortSignal) =>
    attributed(async () => accepted(line, await ask(line, signal)))
  const attributed = <T>(work: () => Promise<T>): Promise<T> =>
    work().catch((error) => {
      throw attribute(at.name, where, error)
    })

  return {
    name: at.name,
    where,
    snapshot: (signal) => attributed(() => readSnapshot(reader(signal))),
    server: (backend, server, signal) => attributed(() => readServer(reader(signal), backend, server)),
    sessions: (backend, server, signal) =>
      attributed(async () => {
        const [text = ''] = await reader(signal)([commands.allSessions])
        return parseSessions(text, backend, server)
      }),
    getWeight: (backend, server, signal) =>
      attributed(async () => {
        const line = commands.getWeight(backend, server)
        return parseWeight(line, await ask(line, signal))
      }),
    setState: async (backend, server, state, signal) =>
      change(commands.setState(backend, server, state), signal),
    agent: async (backend, server, action, signal) => change(commands.agent(backend, server, action), signal),
    shutdownSessions: async (backend, server, signal) =>
      change(commands.shutdownSessions(backend, server), signal),
    setMaxconn: async (backend, server, sessions, signal) =>
      change(commands.setMaxconn(backend, server, sessions), signal),
    setWeight: async (backend, server, weight, signal) =>
      change(commands.setWeight(backend, server, weight), signal),
    close: () => closing.abort(),
  }
}

function whereIs(socket: HaproxySocket): string {
  return socket.kind === 'unix' ? `unix:${socket.path}` : `tcp:${socket.host}:${socket.port}`
}

/** Says which instance it was. Where nothing was sent, the dial has named the place already. */
function attribute(name: string, where: string, error: unknown): unknown {
  if (!(error instanceof RemoteError)) return error
  const {fault, message, class: kind, hint} = error
  const who = fault === 'unreachable' || fault === 'refused' ? name : `${name} at ${where}`
  return new RemoteError(fault, `${who}: ${message}`, {
    ...(kind !== undefined && {class: kind}),
    ...(hint !== undefined && {hint}),
    cause: error,
  })
}
