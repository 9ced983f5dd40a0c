import {Args} from '@oclif/core'
import {BaseCommand} from '../../lib/cli/base-command.js'
import {askFlags} from '../../lib/cli/receivers-flags.js'

export default class ReceiversKeys extends BaseCommand {
  static override summary = 'Import, scan or show the pinned host keys'
  static override description =
    `import FILE takes over the keys of a known_hosts file, hashed names too. scan [COHORT] believes the hosts that have no pinned key yet, once: compare what it prints with another source. show HOST prints the fingerprints.

A key that is pinned is never replaced; remove its line from the file to pin another one.`
  static override examples = [
    '<%= config.bin %> receivers keys import ~/.ssh/known_hosts',
    "<%= config.bin %> receivers keys scan --where 'ring=early'",
    '<%= config.bin %> receivers keys show rx-00017',
  ]
  static override args = {
    action: Args.string({description: 'What to do', options: ['import', 'scan', 'show'], required: true}),
    what: Args.string({description: 'FILE, COHORT or HOST'}),
  }
  static override flags = askFlags

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ReceiversKeys)
    const fleet = await this.target('receivers', flags.fleet, flags)
    const {importKeys, scanKeys, showKeys} = await import('../../lib/cli/receivers-keys.js')
    const act = {import: importKeys, scan: scanKeys, show: showKeys}[
      args.action as 'import' | 'scan' | 'show'
    ]
    const {lines, json} = await act(fleet, args.what, flags, this.at)
    this.print(lines, json, flags)
  }
}
