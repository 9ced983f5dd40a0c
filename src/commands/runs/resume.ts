import {Flags} from '@oclif/core'
import {BaseCommand} from '../../lib/cli/base-command.js'
import {changeFlags, commonFlags} from '../../lib/cli/flags.js'
import {runArg} from '../../lib/cli/run-arg.js'

export default class RunsResume extends BaseCommand {
  static override summary = 'Go on with a run that was interrupted, killed or left part-way'
  static override description =
    `Looks at every step first: what was done stays done, what is in doubt is looked at and never sent blindly.`
  static override examples = [
    '<%= config.bin %> runs resume kfqw',
    '<%= config.bin %> runs resume kfqw --only failed --yes',
  ]
  static override args = {run: runArg}
  static override baseFlags = {...commonFlags, ...changeFlags}
  static override flags = {
    only: Flags.option({
      summary: 'Only steps that failed, or only those not started',
      options: ['failed', 'not-started'] as const,
    })(),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(RunsResume)
    const {resumeRun} = await import('../../lib/cli/runs-resume.js')
    await resumeRun(args.run, flags.only, flags, this.at, this.config)
  }
}
