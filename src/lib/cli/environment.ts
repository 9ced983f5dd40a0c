import {homedir, hostname, userInfo} from 'node:os'
import {join} from 'node:path'
import type {Within} from './within.js'

/** What the process was started with, read once. */
export interface Environment {
  env: NodeJS.ProcessEnv
  cwd: string
  home: string
  user: string
  uid: number | undefined
  host: string
  pid: number
  /** `$XDG_STATE_HOME/redeye`: runs, locks, labs. */
  stateDir: string
  /** `$XDG_CONFIG_HOME`. */
  configHome: string
  /** Somebody can be asked: both the keyboard and what shows the question are terminals. */
  interactive: boolean
  /** Set while a command is a part of a document. */
  within?: Within
}

export function environment(): Environment {
  const {env, pid} = process
  const home = env.HOME || homedir()
  return {
    env,
    cwd: process.cwd(),
    home,
    user: env.SUDO_USER || env.USER || userInfo().username,
    uid: process.getuid?.(),
    host: hostname(),
    pid,
    stateDir: join(absolute(env.XDG_STATE_HOME) ?? join(home, '.local', 'state'), 'redeye'),
    configHome: absolute(env.XDG_CONFIG_HOME) ?? join(home, '.config'),
    interactive: process.stdin.isTTY === true && process.stderr.isTTY === true,
  }
}

/** The XDG specification: a relative path is to be ignored. */
function absolute(path: string | undefined): string | undefined {
  return path?.startsWith('/') ? path : undefined
}
