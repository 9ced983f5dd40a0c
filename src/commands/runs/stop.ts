import {BaseCommand} from '../../lib/cli/base-command.js'
import {runArg} from '../../lib/cli/run-arg.js'

export default class RunsStop extends BaseCommand {
  static override summary = 'Stop a running run as its first Ctrl-C would: resumable'
  static override examples = ['<%= config.bin %> runs stop kfqw']
  static override args = {run: runArg}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(RunsStop)
    const {steerRun} = await import('../../lib/cli/runs-steer.js')
    const {lines, json} = await steerRun(args.run, {do: 'stop'}, this.at)
    this.print(lines, json, flags)
  }
}
