import {Flags} from '@oclif/core'
import {accountFlag, groupArg} from '../../../lib/cli/aws-flags.js'
import {RunbookCommand} from '../../../lib/cli/runbook-command.js'

export default class AwsSgBlock extends RunbookCommand {
  static override summary = 'Take away a rule that lets something in through a security group'
  static override description =
    'The whole rule is kept in the journal, and an undo makes the same again, with another id. Connections that are open stay open: aws nacl deny cuts them.'
  static override examples = [
    '<%= config.bin %> aws sg block web --rule sgr-0abc1234 --dry-run',
    '<%= config.bin %> aws sg block sg-0abc1234 --rule sgr-0abc1234 --confirm sgr-0abc1234',
  ]
  static override args = {group: groupArg}
  static override flags = {
    account: accountFlag,
    rule: Flags.string({summary: 'The rule', helpValue: 'sgr-ID', required: true}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(AwsSgBlock)
    const account = await this.target('aws', flags.account, flags)
    await this.perform('aws.sg.block', {account, group: args.group, rule: flags.rule}, flags)
  }
}
