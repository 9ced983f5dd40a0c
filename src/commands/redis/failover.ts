import {
  movesFlags,
  movesInput,
  shardArgs,
  shardFlags,
  shardInput,
  withoutTimeout,
} from '../../lib/cli/redis-flags.js'
import {RunbookCommand} from '../../lib/cli/runbook-command.js'

export default class RedisFailover extends RunbookCommand {
  static override summary = 'Let a replica take over from its master, without losing a write'
  static override description =
    `Everything that can make a failover fail is refused before it is sent: a failed one stops the writes of its shard for 5 s. Success is read from roles, replication and the view of every node, never from an answer of OK.

Undo: redeye runs undo RUN fails over back to the old master.`
  static override examples = [
    '<%= config.bin %> redis failover 10.0.0.1:6379',
    '<%= config.bin %> redis failover --key user:42 --to e092d9',
  ]
  static override args = shardArgs
  static override flags = {...movesFlags, ...shardFlags}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(RedisFailover)
    const cluster = await this.target('redis', flags.cluster, flags)
    const {electionsOf} = await import('../../lib/cli/redis-history.js')
    const shard = await shardInput(args.node, flags)
    await this.perform(
      'redis.failover',
      {cluster, ...movesInput(flags), ...shard, ...(await electionsOf(this.at))},
      withoutTimeout(flags),
    )
  }
}
