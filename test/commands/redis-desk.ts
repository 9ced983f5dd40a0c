import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {RedisLab, RedisLabOptions} from '../../src/lib/lab/redis-lab.js'
import {runningRedis} from '../lab/running-redis.js'
import {type Home, homeWith} from './home.js'

/** A cluster for the test file, whose roles are put back after each test. */
export interface RedisDesk extends Home {
  lab(): RedisLab
  /** Writes an inventory with this target `orders`; gives its file. */
  inventory(target: string): Promise<string>
  /** `[127.0.1.1:7000, …]`, as an inventory has them. */
  seeds(): string
}

export function redisDesk(options: Omit<RedisLabOptions, 'dir'> = {}): RedisDesk {
  const lab = runningRedis(options)
  const home = homeWith(
    () => lab().inventoryFile,
    () => lab().restore(),
  )
  return {
    ...home,
    lab,
    async inventory(target) {
      const file = join(home.home(), `redeye-${Math.random().toString(36).slice(2)}.yaml`)
      await writeFile(file, `redis:\n  orders:\n    ${target.replaceAll('\n', '\n    ')}\n`, {mode: 0o600})
      return file
    },
    seeds: () =>
      `[${lab()
        .nodes.map(({announced}) => announced)
        .join(', ')}]`,
  }
}
