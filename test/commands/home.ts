import {mkdtemp, readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterEach, beforeEach, vi} from 'vitest'
import {type Ended, type How, LIMIT_MS, type Running, startRedeye} from './redeye.js'

/** For each test a home to run the built program in; whatever was started is ended after it. */
export interface Home {
  home(): string
  begin(args: string | readonly string[], how?: How): Running
  redeye(args: string | readonly string[], how?: How): Promise<Ended>
  /** Ids of the runs that have a directory, oldest first. */
  runs(): Promise<string[]>
}

/** @param restore puts the peer back after each test */
export function homeWith(inventoryFile: () => string, restore: () => Promise<unknown>): Home {
  // A child alone may take as long as its limit on a busy machine.
  vi.setConfig({testTimeout: 2 * LIMIT_MS})
  const running: Running[] = []
  let home = ''
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'rc-'))
  })
  afterEach(async () => {
    for (const {child} of running) child.kill('SIGKILL')
    await Promise.all(running.splice(0).map((one) => one.ended))
    await restore()
    await rm(home, {recursive: true, force: true})
  })
  const begin: Home['begin'] = (args, how) => {
    const one = startRedeye(args, {...homeEnv(home), REDEYE_INVENTORY: inventoryFile()}, how)
    running.push(one)
    return one
  }
  return {
    home: () => home,
    begin,
    redeye: (args, how) => begin(args, how).ended,
    runs: () => readdir(join(home, 'state', 'redeye', 'runs')).catch(() => []),
  }
}

const CACHE = fileURLToPath(new URL('../../node_modules/.cache', import.meta.url))

/** Everything that the program may keep, in one directory. */
export function homeEnv(home: string): NodeJS.ProcessEnv {
  return {
    HOME: home,
    USER: 'ana',
    XDG_STATE_HOME: join(home, 'state'),
    XDG_CONFIG_HOME: join(home, 'config'),
    // Of all tests together: what is compiled there is the same for each.
    XDG_CACHE_HOME: CACHE,
    XDG_DATA_HOME: join(home, 'data'),
    LANG: 'C.UTF-8',
  }
}

/** What the program wrote, as words: lines may be wrapped anywhere. */
export const words = ({stdout, stderr}: Ended) => `${stdout} ${stderr}`.replace(/\s+/g, ' ')
