import {vmArg, vmFlags, withoutTimeout} from '../../../lib/cli/azure-flags.js'
import {vmInput} from '../../../lib/cli/azure-vm-input.js'
import {RunbookCommand} from '../../../lib/cli/runbook-command.js'

export default class AzureVmRedeploy extends RunbookCommand {
  static override summary = 'Move one VM to another host'
  static override description =
    `The temporary disk is lost. The boot id of the guest is read before and after where that can be done.`
  static override examples = ['<%= config.bin %> azure vm redeploy web-1 -g rg-web --dry-run']
  static override args = {vm: vmArg}
  static override flags = {...vmFlags}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(AzureVmRedeploy)
    const target = await this.target('azure', flags.target, flags)
    const input = await vmInput(args.vm, 'redeploy', target, flags, this.at)
    await this.perform('azure.vm.redeploy', input, withoutTimeout(flags))
  }
}
