import {Flags} from '@oclif/core'
import {accountFlags} from '../../lib/cli/azure-flags.js'
import {subscriptionOf} from '../../lib/cli/azure-place.js'
import {BaseCommand} from '../../lib/cli/base-command.js'

export default class AzureCheck extends BaseCommand {
  static override summary = 'Ask whether the runbooks could do their work in a subscription'
  static override description =
    'Signs in, looks at subscription and provider, lists VMs, and compares what you may do with what each runbook needs. Exit 0 only if all of it is so, 13 otherwise, 10 when nobody answers or the sign-in is refused. Never changes anything.'
  static override examples = [
    '<%= config.bin %> azure check --json | jq .because',
    '<%= config.bin %> azure check -g rg-web --for azure.vm.restart',
  ]
  static override flags = {
    ...accountFlags,
    group: Flags.string({
      char: 'g',
      summary: 'Ask for the permissions in this resource group (default: in the subscription)',
      helpValue: 'NAME',
    }),
    for: Flags.string({summary: 'Only what this runbook needs', helpValue: 'RUNBOOK'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(AzureCheck)
    const named = await this.target('azure', flags.target, flags)
    const {target, subscription} = await subscriptionOf(named, flags, this.at)
    const {askCheck} = await import('../../lib/cli/ask-check.js')
    const input = {target, subscription, group: flags.group ?? null, for: flags.for ?? null}
    await askCheck('azure.check', input, flags, this.at)
  }
}
