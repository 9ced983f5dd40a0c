const NAME = /^[A-Za-z0-9_.:-]+$/
const WEIGHT = /^\d{1,3}%?$/

/** Whether a name can stand in a command line: a space, `;` or line end in it would start a second command. */
export function isName(text: string): boolean {
  return NAME.test(text)
}

/** The commands of the Runtime API that redeye sends, and no others. @throws RangeError on a name that is none. */
export const commands = {
  info: 'show info',
  level: 'show cli level',
  allState: 'show servers state',
  allStat: 'show stat -1 6 -1',
  tables: 'show table',
  allSessions: 'show sess',
  state: (backend: string) => `show servers state ${name(backend)}`,
  /** Servers (4) and the backend itself (2) of one proxy, by name or id. */
  stat: (proxy: string) => `show stat ${name(proxy)} 6 -1`,
  getWeight: (backend: string, server: string) => `get weight ${pair(backend, server)}`,
  setState: (backend: string, server: string, state: 'ready' | 'drain' | 'maint') =>
    `set server ${pair(backend, server)} state ${state}`,
  agent: (backend: string, server: string, action: 'enable' | 'disable') =>
    `${action} agent ${pair(backend, server)}`,
  shutdownSessions: (backend: string, server: string) => `shutdown sessions server ${pair(backend, server)}`,
  setMaxconn: (backend: string, server: string, sessions: number) =>
    `set maxconn server ${pair(backend, server)} ${sessions}`,
  setWeight: (backend: string, server: string, value: string) =>
    `set weight ${pair(backend, server)} ${weight(value)}`,
}

/** `backend/server`, checked. @throws RangeError */
export function pair(backend: string, server: string): string {
  return `${name(backend)}/${name(server)}`
}

function name(text: string): string {
  if (!isName(text))
    throw new RangeError(
      `"${text}" is no HAProxy name: only letters, digits and "_", ".", ":", "-" are accepted`,
    )
  return text
}

function weight(text: string): string {
  if (!WEIGHT.test(text) || (!text.endsWith('%') && Number(text) > 256))
    throw new RangeError(`"${text}" is no weight: a number from 0 to 256, or a percentage like 50%`)
  return text
}
