import {RemoteError} from '../../remote/fault.js'
import {clean} from '../../text/clean.js'

type Meaning = {class: string; hint: string}

/** What the server's error codes mean [M: redis 7.0]. */
const KNOWN: readonly (Meaning & {starts: string})[] = [
  {
    starts: 'NOAUTH',
    class: 'no-auth',
    hint: 'The inventory has no password for this cluster: add user and password.',
  },
  {
    starts: 'WRONGPASS',
    class: 'wrong-password',
    hint: 'Check user and password of this cluster in the inventory.',
  },
  {
    starts: 'ERR AUTH <password> called without any password configured',
    class: 'no-password-set',
    hint: 'The server asks for no password: remove it from this cluster in the inventory, or check the address.',
  },
  {
    starts: 'NOPERM',
    class: 'no-permission',
    hint: 'redeye needs +ping +info +role +cluster|nodes +cluster|shards +cluster|info +cluster|myid +cluster|failover +config|get.',
  },
  {
    starts: 'LOADING',
    class: 'loading',
    hint: 'The node reads its data set from disk: wait until it has finished.',
  },
  {starts: 'CLUSTERDOWN', class: 'cluster-down', hint: 'redeye redis status shows which masters are gone.'},
  {
    starts: 'ERR This instance has cluster support disabled',
    class: 'not-a-cluster',
    hint: 'The inventory must name nodes of a cluster.',
  },
  {
    starts: 'DENIED',
    class: 'protected-mode',
    hint: 'The server takes connections from its own machine only: set a password there, or bind and protected-mode.',
  },
  {
    starts: 'ERR max number of clients',
    class: 'max-clients',
    hint: 'The server has no room for one more connection: look at CLIENT LIST and maxclients.',
  },
]

const TLS: Meaning = {
  class: 'tls',
  hint: 'Check tls (ca, cert, key, servername) of this cluster in the inventory.',
}

/** A server that said no to a command. */
export function refusal(where: string, args: readonly string[], text: string): RemoteError {
  return new RemoteError('answered', `${where}: ${named(args)}: ${clean(text)}`, {
    ...(meaning(text) ?? {class: 'redis'}),
  })
}

/** A command that was sent, and nobody knows what became of it. */
export function lost(where: string, args: readonly string[], cause: unknown): RemoteError {
  const {name, message} = asError(cause)
  if (name === 'AbortError')
    return new RemoteError('lost', `${where}: ${named(args)}: called off after it was sent`, {
      class: 'called-off',
    })
  if (name === 'TimeoutError')
    return new RemoteError('lost', `${where}: ${named(args)}: ${message}`, {
      class: 'time-out',
      hint: 'The node accepts connections and hangs: look at its CPU, its disk and SLOWLOG GET.',
    })
  return new RemoteError('lost', `${where}: ${named(args)}: the connection was lost: ${clean(message)}`, {
    class: 'cut-off',
    hint: 'The node may have been restarted or killed: look whether it runs.',
    cause,
  })
}

/** A server that turned the sign-in, or whoever signed in, away. */
export function turnedAway(where: string, text: string): RemoteError {
  return new RemoteError('refused', `${where}: ${clean(text)}`, {...(meaning(text) ?? {class: 'redis'})})
}

/** A connection that was not made: nothing was sent but the sign-in. */
export function connectionFailed(where: string, cause: unknown): RemoteError {
  const {name, message, code} = asError(cause)
  if (name === 'AbortError')
    return new RemoteError('unreachable', `${where}: called off before anything was sent`, {
      class: 'called-off',
    })
  if (name === 'TimeoutError')
    return new RemoteError('unreachable', `${where}: ${message}`, {
      class: 'time-out',
      hint: 'The machine is down, the process hangs, a firewall drops the packets, or one side alone speaks TLS.',
    })
  if (/certificate|altname|SSL|TLS/i.test(`${code} ${message}`))
    return new RemoteError('refused', `${where}: ${clean(message)}`, {...TLS, cause})
  return new RemoteError('unreachable', `${where}: ${clean(message)}`, {
    class: code || 'closed',
    hint: HINTS[code] ?? CLOSED,
    cause,
  })
}

const CLOSED =
  'The server closed the connection at once: look at its log; it may want TLS, none, or a client certificate.'

const HINTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens there: the process is down, or the address is not the one it is reached by.',
  EHOSTUNREACH: 'There is no route from here; behind NAT or a tunnel, add it to addresses of this cluster.',
  ENETUNREACH: 'There is no route from here; behind NAT or a tunnel, add it to addresses of this cluster.',
  ENOTFOUND: 'The name is not known here: check seeds and addresses of this cluster in the inventory.',
}

/** A certificate or key that cannot be read here. */
export function unreadable(where: string, path: string, cause: unknown): RemoteError {
  const {code, message} = cause as {code?: string; message: string}
  return new RemoteError('refused', `${where}: cannot read ${path}: ${code ?? message}`, {...TLS, cause})
}

/** Another node than the one that was meant. */
export function wrongNode(where: string, expected: string, found: string): RemoteError {
  return new RemoteError(
    'refused',
    `${where}: this is node ${clean(found.slice(0, 8))}, where ${expected.slice(0, 8)} was expected`,
    {class: 'wrong-node', hint: 'Check addresses of this cluster in the inventory.'},
  )
}

function meaning(text: string): Meaning | undefined {
  const known = KNOWN.find(({starts}) => text.startsWith(starts))
  return known && {class: known.class, hint: known.hint}
}

/** The command without what follows its name. */
function named(args: readonly string[]): string {
  return args.slice(0, 2).join(' ')
}

function asError(cause: unknown): {name: string; message: string; code: string} {
  if (!(cause instanceof Error)) return {name: '', message: String(cause), code: ''}
  const {name, message} = cause
  const {code} = cause as {code?: unknown}
  return {name, message: message || name, code: typeof code === 'string' ? code : ''}
}
