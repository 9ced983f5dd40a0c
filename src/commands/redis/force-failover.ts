import {Flags} from '@oclif/core'
import {durationFlag} from '../../lib/cli/flags.js'
import {
  movesFlags,
  movesInput,
  shardArgs,
  shardFlags,
  shardInput,
  withoutTimeout,
} from '../../lib/cli/redis-flags.js'
import {RunbookCommand} from '../../lib/cli/runbook-command.js'

export default class RedisForceFailover extends RunbookCommand {
  static override summary = 'Replace a dead master that the cluster has not replaced itself; may lose writes'
  static override description =
    `Waits first for the cluster to heal itself, says why it has not, and what would be lost as far as that is known. There is no undo. Refused while the master answers.`
  static override examples = ['<%= config.bin %> redis force-failover 10.0.0.1:6379']
  static override args = shardArgs
  static override flags = {
    ...movesFlags,
    ...shardFlags,
    takeover: Flags.boolean({
      summary: 'Without votes, where no majority of masters is left and the other side is stopped',
      default: false,
    }),
    'wait-auto': durationFlag({
      summary: 'How long the cluster may take to heal itself first (default: 3 x node timeout, at least 10s)',
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(RedisForceFailover)
    const cluster = await this.target('redis', flags.cluster, flags)
    const [{electionsOf}, {readOffsets}] = await Promise.all([
      import('../../lib/cli/redis-history.js'),
      import('../../lib/cli/redis-offsets.js'),
    ])
    const shard = await shardInput(args.node, flags)
    const input = {
      cluster,
      ...movesInput(flags),
      ...shard,
      takeover: flags.takeover,
      waitAutoMs: flags['wait-auto'] ?? null,
      lastKnown: await readOffsets(cluster, this.at),
      ...(await electionsOf(this.at)),
    }
    await this.perform('redis.force-failover', input, withoutTimeout(flags))
  }
}
