import {BaseCommand} from '../../lib/cli/base-command.js'
import {runArg} from '../../lib/cli/run-arg.js'

export default class RunsContinue extends BaseCommand {
  static override summary = 'Let a paused run go on'
  static override examples = ['<%= config.bin %> runs continue kfqw']
  static override args = {run: runArg}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(RunsContinue)
    const {steerRun} = await import('../../lib/cli/runs-steer.js')
    const {lines, json} = await steerRun(args.run, {do: 'continue'}, this.at)
    this.print(lines, json, flags)
  }
}
