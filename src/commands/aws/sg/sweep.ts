import {accountFlag} from '../../../lib/cli/aws-flags.js'
import {RunbookCommand} from '../../../lib/cli/runbook-command.js'

export default class AwsSgSweep extends RunbookCommand {
  static override summary = 'Take away rules and denials whose time is over'
  static override description =
    'Those that sg allow and nacl deny made with --for, in every security group and network access list of the region. A dry run shows what is overdue.'
  static override examples = [
    '<%= config.bin %> aws sg sweep --dry-run',
    '<%= config.bin %> aws sg sweep --yes',
  ]
  static override flags = {account: accountFlag}

  async run(): Promise<void> {
    const {flags} = await this.parse(AwsSgSweep)
    const account = await this.target('aws', flags.account, flags)
    await this.perform('aws.sg.sweep', {account}, flags)
  }
}
