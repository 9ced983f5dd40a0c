import {vmArg, vmFlags, withoutTimeout} from '../../../lib/cli/azure-flags.js'
import {vmInput} from '../../../lib/cli/azure-vm-input.js'
import {RunbookCommand} from '../../../lib/cli/runbook-command.js'

export default class AzureVmRestart extends RunbookCommand {
  static override summary = 'Restart one VM, and see that its guest really was'
  static override description =
    `The boot id of the guest is read before and after where that can be done, since Azure says Succeeded also where nothing was restarted.`
  static override examples = ['<%= config.bin %> azure vm restart web-1 -g rg-web --dry-run']
  static override args = {vm: vmArg}
  static override flags = {...vmFlags}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(AzureVmRestart)
    const target = await this.target('azure', flags.target, flags)
    const input = await vmInput(args.vm, 'restart', target, flags, this.at)
    await this.perform('azure.vm.restart', input, withoutTimeout(flags))
  }
}
