import {Flags} from '@oclif/core'
import {capacityFlags, vmArg, vmFlags, withoutTimeout} from '../../../lib/cli/azure-flags.js'
import {vmInput} from '../../../lib/cli/azure-vm-input.js'
import {RunbookCommand} from '../../../lib/cli/runbook-command.js'

export default class AzureVmRecover extends RunbookCommand {
  static override summary = 'Bring one VM back by the least that helps'
  static override description =
    `Starts what is down, reapplies a model that failed, restarts a guest whose agent is gone, and moves a VM whose host is ill. Azure saying Succeeded is not enough: the guest itself has to show it.

Undo: only a deallocation is taken back; nothing else can be.`
  static override examples = [
    '<%= config.bin %> azure vm recover web-1 --dry-run',
    '<%= config.bin %> azure vm recover web-1 -g rg-web --method cycle',
  ]
  static override args = {vm: vmArg}
  static override flags = {
    ...vmFlags,
    ...capacityFlags,
    method: Flags.option({
      summary: 'What is done (default: by what Azure says about it)',
      options: ['auto', 'restart', 'redeploy', 'cycle', 'reapply'] as const,
      default: 'auto',
    })(),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(AzureVmRecover)
    const target = await this.target('azure', flags.target, flags)
    const input = await vmInput(args.vm, flags.method, target, flags, this.at)
    await this.perform('azure.vm.recover', input, withoutTimeout(flags))
  }
}
