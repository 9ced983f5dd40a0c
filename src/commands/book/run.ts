import {Args, Flags} from '@oclif/core'
import {BaseCommand} from '../../lib/cli/base-command.js'
import {varFlag} from '../../lib/cli/book/flags.js'
import {changeFlags, commonFlags} from '../../lib/cli/flags.js'

const {override: _override, timeout: _timeout, confirm: _confirm, ...ofTheWhole} = changeFlags

export default class BookRun extends BaseCommand {
  static override summary = 'Walk through a Markdown runbook: show it, and run its commands one by one'
  static override description =
    `Blocks that are fenced as redeye hold commands; everything else is only shown. All of them are checked before the first is run. Then each one is planned, shown, asked about, run and journalled as a run of its own; skip it, or quit and resume later.

Without a terminal nothing is run unless it was answered before: --yes for plain changes, --confirm NAME for the others, or --confirm CODE for all of it, with the code that --dry-run prints.

Undo: redeye runs undo RUN takes back every command in reverse.`
  static override examples = [
    {
      description: 'See the document with every plan',
      command: '<%= config.bin %> book run replace.md --dry-run',
    },
    '<%= config.bin %> book run replace.md --var server=app/s2',
  ]
  static override args = {file: Args.string({description: 'The document', required: true})}
  static override baseFlags = {...commonFlags, ...ofTheWhole}
  static override flags = {
    var: varFlag,
    confirm: Flags.string({
      summary: 'A name that a disruptive command asks for, or the code of all',
      helpValue: 'TEXT',
      helpGroup: 'EVERY CHANGE',
      multiple: true,
      multipleNonGreedy: true,
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(BookRun)
    const {runBook} = await import('../../lib/cli/book/run.js')
    await runBook(args.file, flags, this.at, this.config)
  }
}
