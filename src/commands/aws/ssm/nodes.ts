import {Flags} from '@oclif/core'
import {accountFlag} from '../../../lib/cli/aws-flags.js'
import {BaseCommand} from '../../../lib/cli/base-command.js'

export default class AwsSsmNodes extends BaseCommand {
  static override summary = 'List the nodes of Systems Manager, and when they last said something'
  static override examples = [
    '<%= config.bin %> aws ssm nodes --offline',
    '<%= config.bin %> aws ssm nodes --hybrid --json | jq -r .[].id',
  ]
  static override flags = {
    account: accountFlag,
    offline: Flags.boolean({summary: 'Only those that are not online', default: false}),
    hybrid: Flags.boolean({summary: 'Only machines of your own (mi-...)', default: false}),
    tag: Flags.string({
      summary: 'Only those with it; repeatable',
      helpValue: 'KEY=VALUE',
      multiple: true,
      multipleNonGreedy: true,
    }),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(AwsSsmNodes)
    const account = await this.target('aws', flags.account, flags)
    const {ssmNodes} = await import('../../../lib/cli/aws-ssm.js')
    const {lines, json} = await ssmNodes(account, flags, this.at)
    this.print(lines, json, flags)
  }
}
