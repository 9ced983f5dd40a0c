import {notHaproxy} from './answers.js'

const QUESTION = 'show servers state'

/** One line of `show servers state`. */
export interface ServerState {
  backendId: number
  backend: string
  server: string
  address: string
  port: number
  fqdn: string
  opState: number
  adminMask: number
  userWeight: number
  initialWeight: number
  checkState: number
  agentState: number
}

/**
 * Reads `show servers state`, format version 1: the version, a header, then one line a server. Columns are found by
 * their names. @throws RemoteError `answered` when it is something else.
 */
export function parseServersState(text: string): ServerState[] {
  const [version, header, ...lines] = text.split('\n').filter((line) => line !== '')
  if (version !== '1' || !header?.startsWith('# be_id '))
    return notHaproxy(QUESTION, 'format version 1', text)
  const names = header.slice(2).split(' ')
  return lines.map((line) => readLine(names, line.split(' ')))
}

function readLine(names: readonly string[], values: readonly string[]): ServerState {
  const line = values.join(' ')
  const text = (column: string): string =>
    values[names.indexOf(column)] ?? notHaproxy(QUESTION, `a column ${column}`, line)
  const number = (column: string): number => {
    const value = text(column)
    return /^\d+$/.test(value) ? Number(value) : notHaproxy(QUESTION, `a number in ${column}`, line)
  }
  return {
    backendId: number('be_id'),
    backend: text('be_name'),
    server: text('srv_name'),
    address: text('srv_addr'),
    port: number('srv_port'),
    fqdn: text('srv_fqdn').replace(/^-$/, ''),
    opState: number('srv_op_state'),
    adminMask: number('srv_admin_state'),
    userWeight: number('srv_uweight'),
    initialWeight: number('srv_iweight'),
    checkState: number('srv_check_state'),
    agentState: number('srv_agent_state'),
  }
}
