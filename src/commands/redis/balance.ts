import {movesFlags, movesInput, withoutTimeout} from '../../lib/cli/redis-flags.js'
import {RunbookCommand} from '../../lib/cli/runbook-command.js'

export default class RedisBalance extends RunbookCommand {
  static override summary = 'Spread the masters over the machines by failovers; slots never move'
  static override examples = ['<%= config.bin %> redis balance --dry-run']
  static override flags = movesFlags

  async run(): Promise<void> {
    const {flags} = await this.parse(RedisBalance)
    const cluster = await this.target('redis', flags.cluster, flags)
    const {electionsOf} = await import('../../lib/cli/redis-history.js')
    await this.perform(
      'redis.balance',
      {cluster, ...movesInput(flags), ...(await electionsOf(this.at))},
      withoutTimeout(flags),
    )
  }
}
