import {Args, Flags} from '@oclif/core'
import {BaseCommand} from '../../lib/cli/base-command.js'
import {varFlag} from '../../lib/cli/book/flags.js'

export default class BookCheck extends BaseCommand {
  static override summary = 'Ask whether Markdown runbooks could be run as they are'
  static override description =
    `Every command must exist, have only flags that it knows, and name a target of the inventory; with --dry-run every plan must be possible, too. Exit 0 only if all documents are fine, 13 when one is not. Never changes anything.

A variable takes its --var, its default, or the example in its front matter.`
  static override examples = [
    '<%= config.bin %> book check runbooks/*.md',
    '<%= config.bin %> book check runbooks/*.md --inventory lab.yaml --dry-run --json',
  ]
  static override args = {files: Args.string({description: 'One or more documents', required: true})}
  static override strict = false
  static override flags = {
    var: varFlag,
    'dry-run': Flags.boolean({default: false, summary: 'Make every plan, too; this reads from the targets'}),
  }

  async run(): Promise<void> {
    const {argv, flags} = await this.parse(BookCheck)
    const {checkBooks} = await import('../../lib/cli/book/check.js')
    await checkBooks(argv as string[], flags, this.at, this.config)
  }
}
