import {RemoteError} from '../../remote/fault.js'
import {printable} from '../../text/clean.js'
import type {LinuxHost, LinuxRunResult} from './host.js'

const SHOWN = 200
const ANSWER_MS = 20_000

/** Runs a read and gives what it printed. @throws RemoteError `answered`, class `odd-answer`, when it printed nothing */
export async function ask(
  host: LinuxHost,
  command: string,
  signal: AbortSignal,
  timeoutMs = ANSWER_MS,
): Promise<string> {
  const result = await host.run(command, {signal, timeoutMs})
  if (result.stdout.trim() !== '') return result.stdout
  throw oddAnswer(host.name, result)
}

/** What a host said that no Linux with systemd says. */
export function oddAnswer(name: string, {code, stdout, stderr}: LinuxRunResult): RemoteError {
  const text = printable((stderr.trim() || stdout.trim()).slice(0, SHOWN))
  return new RemoteError(
    'answered',
    text === ''
      ? `${name} said nothing (exit ${code ?? 'by a signal'})`
      : `${name} said what was not expected: ${text}`,
    {class: 'odd-answer', hint: `sign in to ${name} by hand and look`},
  )
}

/** The last words of a command that failed, without sudo's remarks about names. */
export function lastWords({stdout, stderr}: Pick<LinuxRunResult, 'stdout' | 'stderr'>, most = SHOWN): string {
  const lines = `${stdout}\n${stderr}`
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('sudo: unable to resolve host'))
  return printable(lines.slice(-3).join('; ')).slice(0, most)
}
