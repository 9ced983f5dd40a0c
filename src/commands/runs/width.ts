import {BaseCommand} from '../../lib/cli/base-command.js'
import {runArg, widthArg} from '../../lib/cli/run-arg.js'

export default class RunsWidth extends BaseCommand {
  static override summary = 'Change how many steps of a running run are in flight'
  static override description =
    `What is in flight ends; the width holds for the stages to come too. Steps that are one after the other stay so; lanes, budgets and strict stages still bound it.`
  static override examples = ['<%= config.bin %> runs width 50 kfqw']
  static override args = {
    width: widthArg({required: true}),
    run: runArg,
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(RunsWidth)
    const {steerRun} = await import('../../lib/cli/runs-steer.js')
    const {lines, json} = await steerRun(args.run, {do: 'width', width: args.width}, this.at)
    this.print(lines, json, flags)
  }
}
