import {Args, Flags} from '@oclif/core'
import {accountFlag} from '../../../lib/cli/aws-flags.js'
import {durationFlag} from '../../../lib/cli/flags.js'
import {RunbookCommand} from '../../../lib/cli/runbook-command.js'

export default class AwsRdsFailover extends RunbookCommand {
  static override summary = 'Let the standby of a database, or a reader of a cluster, take over'
  static override description =
    'Of an instance, done means that its zones have changed places or that an event says so; available alone is in doubt. Of a cluster, done means that the target is the writer. It is sent once, and never put back by itself.'
  static override examples = [
    '<%= config.bin %> aws rds failover orders --dry-run',
    '<%= config.bin %> aws rds failover flights --cluster --target flights-2',
  ]
  static override args = {db: Args.string({description: 'Database or cluster', required: true})}
  static override flags = {
    account: accountFlag,
    cluster: Flags.boolean({summary: 'It is a cluster (Aurora, or Multi-AZ with readers)', default: false}),
    target: Flags.string({
      summary: 'The reader that becomes the writer (default: the one that RDS would prefer)',
      helpValue: 'INSTANCE',
      dependsOn: ['cluster'],
    }),
    'max-lag': durationFlag({
      summary: 'How far it may be behind',
      default: 5000,
      defaultHelp: async () => '5s',
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(AwsRdsFailover)
    const account = await this.target('aws', flags.account, flags)
    const {cluster, target = null, 'max-lag': maxLagMs} = flags
    await this.perform('aws.rds.failover', {account, name: args.db, cluster, target, maxLagMs}, flags)
  }
}
