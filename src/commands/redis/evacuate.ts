import {Args, Flags} from '@oclif/core'
import {movesFlags, movesInput, withoutTimeout} from '../../lib/cli/redis-flags.js'
import {RunbookCommand} from '../../lib/cli/runbook-command.js'

export default class RedisEvacuate extends RunbookCommand {
  static override summary = 'Move every master away from one machine before its maintenance'
  static override description =
    `One shard after the other, each fully verified; stops at the first that fails, and leaves the moved ones where they are. Afterwards: redeye redis restore RUN.`
  static override examples = ['<%= config.bin %> redis evacuate rack-a --dry-run']
  static override args = {
    host: Args.string({description: 'A machine of the inventory, or an announced address', required: true}),
  }
  static override flags = {
    ...movesFlags,
    partial: Flags.boolean({
      summary: 'Leave masters that have no replica elsewhere where they are',
      default: false,
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(RedisEvacuate)
    const cluster = await this.target('redis', flags.cluster, flags)
    const {electionsOf} = await import('../../lib/cli/redis-history.js')
    const input = {
      cluster,
      ...movesInput(flags),
      host: args.host,
      partial: flags.partial,
      ...(await electionsOf(this.at)),
    }
    await this.perform('redis.evacuate', input, withoutTimeout(flags))
  }
}
