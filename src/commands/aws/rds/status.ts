import {Args} from '@oclif/core'
import {accountFlag} from '../../../lib/cli/aws-flags.js'
import {BaseCommand} from '../../../lib/cli/base-command.js'

export default class AwsRdsStatus extends BaseCommand {
  static override summary = 'Show one RDS database or cluster: zones, roles, lag, who would take over'
  static override examples = [
    '<%= config.bin %> aws rds status orders',
    '<%= config.bin %> aws rds status orders --json | jq .members',
  ]
  static override args = {db: Args.string({description: 'Database or cluster', required: true})}
  static override flags = {account: accountFlag}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(AwsRdsStatus)
    const account = await this.target('aws', flags.account, flags)
    const {awsRdsStatus} = await import('../../../lib/cli/aws-rds.js')
    const {lines, json} = await awsRdsStatus({account, name: args.db}, flags, this.at)
    this.print(lines, json, flags)
  }
}
