import {type Step, step} from '../../../engine/step.js'
import type {RedisSystems} from '../../../systems/redis/cluster.js'
import {keyIn} from '../../../systems/redis/key-slot.js'

const PATIENCE_MS = 1000

/** A client's view of the shard: one key of ours goes through its new master. */
export function writeAndReadStep(
  systems: RedisSystems,
  cluster: string,
  master: {id: string; name: string},
  slots: readonly string[],
): Step {
  const key = keyIn(Number.parseInt(slots[0] ?? '0', 10), '__redeye_probe')
  let answered = false
  return step<null>({
    id: `${master.id}.write-and-read`,
    says: `${master.name}: write, read and delete ${key}`,
    async probe() {
      return {reached: answered, saw: answered ? 'read what was written' : 'not tried yet', before: null}
    },
    async apply(signal) {
      const node = await (await systems.redis(cluster)).node(master.id, signal)
      await node.writeAndRead(key, `redeye ${systems.now()}`, signal)
      answered = true
    },
    patienceMs: PATIENCE_MS,
    undo: {kind: 'leave', why: 'the key is deleted'},
    // A user that may not write data is no reason to take back a failover that went well.
    onFailure: 'stop',
  })
}
