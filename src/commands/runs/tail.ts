import {BaseCommand} from '../../lib/cli/base-command.js'
import {changeFlags} from '../../lib/cli/flags.js'
import {onlyRunArg} from '../../lib/cli/run-arg.js'

export default class RunsTail extends BaseCommand {
  static override summary = 'Watch a running run: the same screen, read-only'
  static override description =
    `From its plan on, and until it ends: then this ends with the exit code of the run. Ctrl-C ends the watching, not the run. Any account that may read the run's directory may watch: the same one, or root.`
  static override examples = [
    '<%= config.bin %> runs tail',
    '<%= config.bin %> runs tail kfqw',
    '<%= config.bin %> runs tail kfqw --json | jq .verdict',
  ]
  static override args = {run: onlyRunArg}
  static override flags = {progress: changeFlags.progress}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(RunsTail)
    const {tailRun} = await import('../../lib/cli/runs-tail.js')
    await tailRun(args.run, flags, this.at)
  }
}
