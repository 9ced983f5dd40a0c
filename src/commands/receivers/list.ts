import {Flags} from '@oclif/core'
import {BaseCommand} from '../../lib/cli/base-command.js'
import {hostFlags} from '../../lib/cli/receivers-flags.js'
import {cohortArg} from '../../lib/cli/selection-flags.js'

export default class ReceiversList extends BaseCommand {
  static override summary = 'Show what a selection means before anything is touched'
  static override description =
    `Contacts nobody. Labels are the columns of the list; expressions know = != ~ !~ (globs) < <= > >= (numbers and versions), in (a, b), and, or, not, and parentheses. An unknown label, a value that no host has, and an empty result are errors.`
  static override examples = [
    '<%= config.bin %> receivers list canary',
    "<%= config.bin %> receivers list --where 'country=SE and version<1.10' --by site",
    '<%= config.bin %> receivers list --sample 5 --ids',
  ]
  static override args = {cohort: cohortArg}
  static override flags = {
    ...hostFlags,
    by: Flags.string({
      summary: 'Split by this label (default: every label with few values)',
      helpValue: 'LABEL',
      multiple: true,
      multipleNonGreedy: true,
    }),
    ids: Flags.boolean({summary: 'Only the ids, one a line', default: false}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ReceiversList)
    const fleet = await this.target('receivers', flags.fleet, flags)
    const {receiversList} = await import('../../lib/cli/receivers-list.js')
    const {lines, json} = await receiversList(fleet, args.cohort, flags, this.at)
    this.print(lines, json, flags)
  }
}
