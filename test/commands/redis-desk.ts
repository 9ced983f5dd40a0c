import {mkdtemp, readdir, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, vi} from 'vitest'
import type {RedisLab, RedisLabOptions} from '../../src/lib/lab/redis-lab.js'
import {runningRedis} from '../lab/running-redis.js'
import {homeEnv} from './desk.js'
import {type Ended, type How, LIMIT_MS, type Running, startRedeye} from './redeye.js'

/** A cluster for the test file, and for each test a home to run the built program in; roles are put back afterwards. */
export interface RedisDesk {
  lab(): RedisLab
  home(): string
  begin(args: string | readonly string[], how?: How): Running
  redeye(args: string | readonly string[], how?: How): Promise<Ended>
  /** Ids of the runs that have a directory, oldest first. */
  runs(): Promise<string[]>
  /** Writes an inventory with this target `orders`; gives its file. */
  inventory(target: string): Promise<string>
  /** `[127.0.1.1:7000, …]`, as an inventory has them. */
  seeds(): string
}

export function redisDesk(options: Omit<RedisLabOptions, 'dir'> = {}): RedisDesk {
  vi.setConfig({testTimeout: 2 * LIMIT_MS})
  const lab = runningRedis(options)
  const running: Running[] = []
  let home = ''
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'rc-'))
  })
  afterEach(async () => {
    for (const {child} of running) child.kill('SIGKILL')
    await Promise.all(running.splice(0).map((one) => one.ended))
    await lab().restore()
    await rm(home, {recursive: true, force: true})
  })
  const begin: RedisDesk['begin'] = (args, how) => {
    const one = startRedeye(args, {...homeEnv(home), REDEYE_INVENTORY: lab().inventoryFile}, how)
    running.push(one)
    return one
  }
  return {
    lab,
    home: () => home,
    begin,
    redeye: (args, how) => begin(args, how).ended,
    runs: () => readdir(join(home, 'state', 'redeye', 'runs')).catch(() => []),
    async inventory(target) {
      const file = join(home, `redeye-${Math.random().toString(36).slice(2)}.yaml`)
      await writeFile(file, `redis:\n  orders:\n    ${target.replaceAll('\n', '\n    ')}\n`, {mode: 0o600})
      return file
    },
    seeds: () =>
      `[${lab()
        .nodes.map(({announced}) => announced)
        .join(', ')}]`,
  }
}

/** What the program wrote, as words: lines may be wrapped anywhere. */
export const words = ({stdout, stderr}: Ended) => `${stdout} ${stderr}`.replace(/\s+/g, ' ')
