import {Flags} from '@oclif/core'
import {BaseCommand} from '../../lib/cli/base-command.js'
import {runArg} from '../../lib/cli/run-arg.js'

export default class RunsExport extends BaseCommand {
  static override summary = 'Print the timeline of a run, ready to paste into the incident document'
  static override args = {run: runArg}
  static override flags = {
    format: Flags.option({
      summary: 'Markdown, or the journal as JSON',
      options: ['md', 'json'] as const,
      default: 'md',
    })(),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(RunsExport)
    const {exportRun} = await import('../../lib/cli/runs-export.js')
    const {markdown, json} = await exportRun(args.run, this.at)
    this.print(markdown, json, {json: flags.json || flags.format === 'json'})
  }
}
