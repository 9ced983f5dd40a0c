import {BaseCommand} from '../../lib/cli/base-command.js'
import {runArg} from '../../lib/cli/run-arg.js'

export default class RunsShow extends BaseCommand {
  static override summary = 'Show one run: what was planned, what happened, and what to do next'
  static override args = {run: runArg}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(RunsShow)
    const {showRun} = await import('../../lib/cli/runs-show.js')
    const {lines, json} = await showRun(args.run, this.at)
    this.print(lines, json, flags)
  }
}
