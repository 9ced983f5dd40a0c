import {Args, Flags} from '@oclif/core'
import {accountFlag, forFlag} from '../../../lib/cli/aws-flags.js'
import {RunbookCommand} from '../../../lib/cli/runbook-command.js'

export default class AwsNaclDeny extends RunbookCommand {
  static override summary = 'Keep a source out of a subnet, open connections included'
  static override description =
    'An entry in the network access list of the subnet, before the first one that lets the source in. The list may decide for other subnets as well: the plan names them.'
  static override examples = [
    '<%= config.bin %> aws nacl deny subnet-0abc1234 --from 198.51.100.0/24 --for 6h',
  ]
  static override args = {subnet: Args.string({description: 'Subnet (subnet-...)', required: true})}
  static override flags = {
    account: accountFlag,
    from: Flags.string({
      summary: 'From where: an address or a CIDR block',
      helpValue: 'SOURCE',
      required: true,
    }),
    for: forFlag,
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(AwsNaclDeny)
    const {lastingMs, newMark, sourceOf} = await import('../../../lib/cli/aws-network.js')
    const asked = {
      subnet: args.subnet,
      source: sourceOf(flags.from, false),
      forMs: lastingMs(flags.for),
      mark: newMark(),
    }
    const account = await this.target('aws', flags.account, flags)
    await this.perform('aws.nacl.deny', {account, ...asked}, flags)
  }
}
