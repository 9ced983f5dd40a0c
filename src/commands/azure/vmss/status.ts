import {accountFlags, groupFlag, setArg} from '../../../lib/cli/azure-flags.js'
import {BaseCommand} from '../../../lib/cli/base-command.js'

export default class AzureVmssStatus extends BaseCommand {
  static override summary = 'Show the instances of a scale set and their health'
  static override examples = ['<%= config.bin %> azure vmss status front -g rg-web']
  static override args = {set: setArg}
  static override flags = {...accountFlags, ...groupFlag}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(AzureVmssStatus)
    const target = await this.target('azure', flags.target, flags)
    const {azureSetStatus} = await import('../../../lib/cli/azure-status.js')
    const {lines, json} = await azureSetStatus(args.set, target, flags, this.at)
    this.print(lines, json, flags)
  }
}
