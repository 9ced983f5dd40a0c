import {Flags} from '@oclif/core'
import {accountFlag, forFlag, groupArg} from '../../../lib/cli/aws-flags.js'
import {RunbookCommand} from '../../../lib/cli/runbook-command.js'

export default class AwsSgAllow extends RunbookCommand {
  static override summary = 'Let something in through a security group, for a while'
  static override description =
    'A rule that lets it in already is adopted, and an undo leaves it. The time is a tag: nothing runs in the background.'
  static override examples = [
    '<%= config.bin %> aws sg allow web --ingress tcp:443 --from 203.0.113.7 --for 2h',
    '<%= config.bin %> aws sg allow sg-0abc1234 --ingress all --from sg-0def5678 --dry-run',
  ]
  static override args = {group: groupArg}
  static override flags = {
    account: accountFlag,
    ingress: Flags.string({
      summary: 'What: tcp:443, udp:1000-2000, icmp or all',
      helpValue: 'PROTO:PORT',
      required: true,
    }),
    from: Flags.string({
      summary: 'From where: an address, a CIDR block, sg-... or pl-...',
      helpValue: 'SOURCE',
      required: true,
    }),
    for: forFlag,
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(AwsSgAllow)
    const {ingressOf, lastingMs, newMark, sourceOf} = await import('../../../lib/cli/aws-network.js')
    const asked = {
      group: args.group,
      ...ingressOf(flags.ingress),
      source: sourceOf(flags.from, true),
      forMs: lastingMs(flags.for),
      mark: newMark(),
    }
    const account = await this.target('aws', flags.account, flags)
    await this.perform('aws.sg.allow', {account, ...asked}, flags)
  }
}
