import {Flags} from '@oclif/core'
import {BaseCommand} from '../../lib/cli/base-command.js'

export default class RunsList extends BaseCommand {
  static override summary = 'List past and running runs, newest first'
  static override examples = [
    '<%= config.bin %> runs list',
    "<%= config.bin %> runs list --unfinished --json | jq '.[].run'",
  ]
  static override flags = {
    unfinished: Flags.boolean({
      default: false,
      summary: 'Only runs that can be resumed or are still going on',
    }),
    limit: Flags.integer({
      summary: 'At most so many; steps of a document stand under it and do not count',
      default: 20,
      min: 1,
    }),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(RunsList)
    const {listRuns} = await import('../../lib/cli/runs-list.js')
    const {lines, json} = await listRuns(flags, this.at)
    this.print(lines, json, flags)
  }
}
