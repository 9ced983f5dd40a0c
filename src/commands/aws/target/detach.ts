import {Flags} from '@oclif/core'
import {accountFlag, instanceArg} from '../../../lib/cli/aws-flags.js'
import {RunbookCommand} from '../../../lib/cli/runbook-command.js'

export default class AwsTargetDetach extends RunbookCommand {
  static override summary = 'Take an EC2 instance out of its target groups, and wait until it has drained'
  static override examples = [
    '<%= config.bin %> aws target detach web-1',
    '<%= config.bin %> aws target detach i-0abc1234 --target-group web --no-wait-drain',
  ]
  static override args = {instance: instanceArg}
  static override flags = {
    account: accountFlag,
    'target-group': Flags.string({
      summary: 'Only this one, by name or ARN; repeatable (default: all that it is in)',
      helpValue: 'GROUP',
      multiple: true,
      multipleNonGreedy: true,
    }),
    'wait-drain': Flags.boolean({
      summary: 'Wait until open connections have ended',
      default: true,
      allowNo: true,
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(AwsTargetDetach)
    const account = await this.target('aws', flags.account, flags)
    const input = {
      account,
      instance: args.instance,
      targetGroups: flags['target-group'] ?? [],
      waitDrain: flags['wait-drain'],
    }
    await this.perform('aws.target.detach', input, flags)
  }
}
