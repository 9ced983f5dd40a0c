import {BaseCommand} from '../../lib/cli/base-command.js'
import {runArg} from '../../lib/cli/run-arg.js'

export default class AzureOp extends BaseCommand {
  static override summary = 'Ask Azure how the operations stand that a run has begun'
  static override examples = ['<%= config.bin %> azure op 20261122-221212-gwsx']
  static override args = {run: runArg}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(AzureOp)
    const {azureOperations} = await import('../../lib/cli/azure-op.js')
    const {lines, json} = await azureOperations(args.run, flags, this.at)
    this.print(lines, json, flags)
  }
}
