import {mkdtemp, readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeAll, beforeEach, expect, vi} from 'vitest'
import type {HaproxyLab, HaproxyLabOptions} from '../../src/lib/lab/haproxy-lab.js'
import {runningLab} from '../lab/running-lab.js'
import {restorer, type States, states} from '../runbooks/haproxy/states.js'
import {type Ended, type How, LIMIT_MS, type Running, startRedeye} from './redeye.js'

/**
 * A lab for the test file, and for each test a home and a state directory to run the built program in. Whatever was
 * started is ended after the test, and every server is put back.
 */
export interface Desk {
  lab(): HaproxyLab
  /** `$HOME`, which the state directory is in. */
  home(): string
  env(): NodeJS.ProcessEnv
  /** `$XDG_STATE_HOME/redeye`. */
  stateDir(): string
  begin(args: string | readonly string[], how?: How): Running
  redeye(args: string | readonly string[], how?: How): Promise<Ended>
  /** Ids of the runs that have a directory, oldest first. */
  runs(): Promise<string[]>
  /** Every server as it was before the tests. */
  unchanged(): Promise<void>
}

export function desk(options: Omit<HaproxyLabOptions, 'dir'> = {}): Desk {
  // A child alone may take as long as its limit on a busy machine.
  vi.setConfig({testTimeout: 2 * LIMIT_MS})
  const lab = runningLab(options)
  const running: Running[] = []
  let home = ''
  let before: States = {}
  let restore = async () => {}

  beforeAll(async () => {
    restore = await restorer(lab())
    before = await states(lab())
  })
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'rc-'))
  })
  afterEach(async () => {
    for (const {child} of running) child.kill('SIGKILL')
    await Promise.all(running.splice(0).map((one) => one.ended))
    await restore()
    await rm(home, {recursive: true, force: true})
  })

  const env = () => ({...homeEnv(home), REDEYE_INVENTORY: lab().inventoryFile})
  const begin: Desk['begin'] = (args, how) => {
    const one = startRedeye(args, env(), how)
    running.push(one)
    return one
  }
  return {
    lab,
    home: () => home,
    env,
    stateDir: () => join(home, 'state', 'redeye'),
    begin,
    redeye: (args, how) => begin(args, how).ended,
    runs: () => readdir(join(home, 'state', 'redeye', 'runs')).catch(() => []),
    unchanged: async () => expect(await states(lab())).toEqual(before),
  }
}

/** Everything that the program may keep, in one directory. */
export function homeEnv(home: string): NodeJS.ProcessEnv {
  return {
    HOME: home,
    USER: 'ana',
    XDG_STATE_HOME: join(home, 'state'),
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_DATA_HOME: join(home, 'data'),
    LANG: 'C.UTF-8',
  }
}
