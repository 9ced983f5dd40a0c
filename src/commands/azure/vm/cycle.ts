import {capacityFlags, vmArg, vmFlags, withoutTimeout} from '../../../lib/cli/azure-flags.js'
import {vmInput} from '../../../lib/cli/azure-vm-input.js'
import {RunbookCommand} from '../../../lib/cli/runbook-command.js'

export default class AzureVmCycle extends RunbookCommand {
  static override summary = 'Deallocate one VM and start it again'
  static override description =
    `Where there is no capacity for the start it is tried again for --capacity-wait; after that the VM stays deallocated, and redeye runs undo starts it.`
  static override examples = ['<%= config.bin %> azure vm cycle web-1 -g rg-web --dry-run']
  static override args = {vm: vmArg}
  static override flags = {...capacityFlags, ...vmFlags}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(AzureVmCycle)
    const target = await this.target('azure', flags.target, flags)
    const input = await vmInput(args.vm, 'cycle', target, flags, this.at)
    await this.perform('azure.vm.cycle', input, withoutTimeout(flags))
  }
}
