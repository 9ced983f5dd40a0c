import {BaseCommand} from '../../lib/cli/base-command.js'
import {changeFlags, commonFlags} from '../../lib/cli/flags.js'
import {runArg} from '../../lib/cli/run-arg.js'

export default class RunsUndo extends BaseCommand {
  static override summary = 'Put back what a run changed, as a plan of its own'
  static override description =
    `In reverse order, from the state that the journal recorded before each step. Each undo is looked at before and after.`
  static override examples = ['<%= config.bin %> runs undo kfqw --dry-run']
  static override args = {run: runArg}
  static override baseFlags = {...commonFlags, ...changeFlags}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(RunsUndo)
    const {undoRun} = await import('../../lib/cli/runs-undo.js')
    await undoRun(args.run, flags, this.at, this.config)
  }
}
