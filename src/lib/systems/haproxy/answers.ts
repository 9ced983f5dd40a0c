import {RemoteError} from '../../remote/fault.js'
import {clean} from '../../text/clean.js'

/**
 * The answers of HAProxy that mean "no". There is no status code: errors are plain text on the same channel.
 * Texts seen on 2.6.12; the master's list of commands is the one that offers `@<relative pid>` or `show proc`.
 */
const KNOWN: readonly [pattern: RegExp, kind: string, hint: string][] = [
  [
    /^Unknown command[\s\S]*(@<relative pid>|\bshow proc\b)/,
    'master-socket',
    'This looks like the master socket (haproxy -S), which speaks another protocol: put the "stats socket" of the worker into the inventory.',
  ],
  [/^Unknown command/, 'unknown-command', 'This HAProxy is too old for redeye, or it is not HAProxy.'],
  [/^No such server\./, 'no-such-server', 'Check the name: redeye haproxy status lists the servers.'],
  [
    /^(No such backend\.|Can't find backend\.|No such proxy\.)/,
    'no-such-backend',
    'Check the name: redeye haproxy status lists the backends.',
  ],
  [
    /^Permission denied/,
    'permission-denied',
    'The socket has no admin level: use one declared with "level admin" ("show cli sockets" lists them).',
  ],
  [/^Agent was not configured on this server/, 'no-agent', 'This server has no agent-check.'],
  [
    /only accepts weights '0%' and '100%'/,
    'static-balance',
    'Use 0% or 100%, or a balance algorithm that allows weights to change at run time.',
  ],
  [/expects 'ready', 'drain' and 'maint'/, 'bad-argument', 'This is a mistake in redeye: please report it.'],
  [
    /^(Require <weight>|Empty weight|Relative weight|Absolute weight|Trailing garbage in weight)/,
    'bad-weight',
    'A weight is a number from 0 to 256, or a percentage of the configured one.',
  ],
]

/** The answer as the error it stands for, or undefined when it is none of the known ones. */
export function refusal(question: string, answer: string): RemoteError | undefined {
  const found = KNOWN.find(([pattern]) => pattern.test(answer.trimStart()))
  if (!found) return undefined
  const [, kind, hint] = found
  const text = kind === 'master-socket' ? 'Unknown command' : clean(firstLine(answer))
  return new RemoteError('answered', `HAProxy answered "${text}" to "${question}"`, {class: kind, hint})
}

/**
 * Success of a change is an answer of exactly one empty line; anything else is a failure.
 * @throws RemoteError `lost` when the connection ended without an answer, otherwise `answered`.
 */
export function accepted(question: string, answer: string): void {
  if (answer === '\n') return
  if (answer === '')
    throw new RemoteError('lost', `the connection ended before HAProxy answered "${question}"`, {
      class: 'cut-off',
      hint: 'HAProxy may have been stopped or reloaded: look whether it runs.',
    })
  throw (
    refusal(question, answer) ??
    new RemoteError('answered', `HAProxy answered "${clean(answer)}" to "${question}"`, {
      class: 'not-accepted',
    })
  )
}

/** @throws always: the text is not what HAProxy says. `what` names the part that was looked for. */
export function notHaproxy(question: string, what: string, answer: string): never {
  throw new RemoteError(
    'answered',
    `not an HAProxy answer: ${what} was expected from "${question}", and this came: "${clean(answer.slice(0, 120))}"`,
    {class: 'not-haproxy', hint: 'Check that the inventory names the stats socket of HAProxy.'},
  )
}

function firstLine(text: string): string {
  return text.trimStart().split('\n', 1)[0] ?? ''
}
