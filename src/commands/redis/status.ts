import {BaseCommand} from '../../lib/cli/base-command.js'
import {clusterFlag} from '../../lib/cli/redis-flags.js'

export default class RedisStatus extends BaseCommand {
  static override summary = 'Show shards, machines and lag, and where the nodes disagree'
  static override examples = [
    '<%= config.bin %> redis status',
    "<%= config.bin %> redis status --json | jq '.views.agree'",
  ]
  static override flags = {cluster: clusterFlag}

  async run(): Promise<void> {
    const {flags} = await this.parse(RedisStatus)
    const cluster = await this.target('redis', flags.cluster, flags)
    const {redisStatus} = await import('../../lib/cli/redis-status.js')
    const {lines, json} = await redisStatus(cluster, flags, this.at)
    this.print(lines, json, flags)
  }
}
