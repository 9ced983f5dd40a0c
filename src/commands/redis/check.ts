import {BaseCommand} from '../../lib/cli/base-command.js'
import {clusterFlag} from '../../lib/cli/redis-flags.js'

export default class RedisCheck extends BaseCommand {
  static override summary = 'Ask whether the cluster is whole, agrees, and could lose a node'
  static override description =
    `Exit 0 only if every node answers, all see the same cluster, every slot is served, none is half moved, and every master has a replica in sync; 13 otherwise, 10 when nothing answers. Never changes anything.`
  static override examples = ['<%= config.bin %> redis check --json | jq .because']
  static override flags = {cluster: clusterFlag}

  async run(): Promise<void> {
    const {flags} = await this.parse(RedisCheck)
    const cluster = await this.target('redis', flags.cluster, flags)
    const {askCheck} = await import('../../lib/cli/ask-check.js')
    await askCheck('redis.check', {cluster}, flags, this.at)
  }
}
