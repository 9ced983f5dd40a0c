import {Args} from '@oclif/core'
import {movesFlags, movesInput, withoutTimeout} from '../../lib/cli/redis-flags.js'
import {RunbookCommand} from '../../lib/cli/runbook-command.js'

const {cluster: _cluster, ...flags} = movesFlags

export default class RedisRestore extends RunbookCommand {
  static override summary = 'Put the masters back where an evacuation found them'
  static override description =
    `Looks at what is there now and never replays: a former master that is not in sync, or no replica any more, stays where it is and is named.`
  static override examples = ['<%= config.bin %> redis restore kfqw']
  static override args = {
    run: Args.string({description: 'The evacuation or failover, or a part of its id', required: true}),
  }
  static override flags = flags

  async run(): Promise<void> {
    const {args, flags} = await this.parse(RedisRestore)
    const {electionsOf, layoutBefore} = await import('../../lib/cli/redis-history.js')
    const before = await layoutBefore(args.run, this.at)
    await this.perform(
      'redis.restore',
      {...before, ...movesInput(flags), ...(await electionsOf(this.at))},
      withoutTimeout(flags),
    )
  }
}
