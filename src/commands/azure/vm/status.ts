import {accountFlags, groupFlag, vmArg} from '../../../lib/cli/azure-flags.js'
import {BaseCommand} from '../../../lib/cli/base-command.js'

export default class AzureVmStatus extends BaseCommand {
  static override summary = 'Show one VM as Azure sees it, and what stands around it'
  static override examples = [
    '<%= config.bin %> azure vm status web-1',
    '<%= config.bin %> azure vm status web-1 -g rg-web --json | jq .vm.power',
  ]
  static override args = {vm: vmArg}
  static override flags = {...accountFlags, ...groupFlag}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(AzureVmStatus)
    const target = await this.target('azure', flags.target, flags)
    const {azureVmStatus} = await import('../../../lib/cli/azure-status.js')
    const {lines, json} = await azureVmStatus(args.vm, target, flags, this.at)
    this.print(lines, json, flags)
  }
}
