import {accountFlag, instanceArg} from '../../../lib/cli/aws-flags.js'
import {BaseCommand} from '../../../lib/cli/base-command.js'

export default class AwsInstanceStatus extends BaseCommand {
  static override summary = 'Show one EC2 instance: state, checks, events, target groups'
  static override examples = [
    '<%= config.bin %> aws instance status web-1',
    '<%= config.bin %> aws instance status i-0abc1234 --json | jq .checks',
  ]
  static override args = {instance: instanceArg}
  static override flags = {account: accountFlag}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(AwsInstanceStatus)
    const account = await this.target('aws', flags.account, flags)
    const {awsStatus} = await import('../../../lib/cli/aws-status.js')
    const {lines, json} = await awsStatus({account, instance: args.instance}, flags, this.at)
    this.print(lines, json, flags)
  }
}
