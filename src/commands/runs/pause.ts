import {BaseCommand} from '../../lib/cli/base-command.js'
import {runArg} from '../../lib/cli/run-arg.js'

export default class RunsPause extends BaseCommand {
  static override summary = 'Let a running run end what is in flight and begin nothing new'
  static override examples = ['<%= config.bin %> runs pause kfqw']
  static override args = {run: runArg}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(RunsPause)
    const {steerRun} = await import('../../lib/cli/runs-steer.js')
    const {lines, json} = await steerRun(args.run, {do: 'pause'}, this.at)
    this.print(lines, json, flags)
  }
}
