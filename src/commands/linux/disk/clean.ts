import {Flags} from '@oclif/core'
import {hostArg, mountFlag} from '../../../lib/cli/linux-flags.js'
import {RunbookCommand} from '../../../lib/cli/runbook-command.js'

const ages = 'WHAT IS OLD ENOUGH'

export default class LinuxDiskClean extends RunbookCommand {
  static override summary = 'Make room on a disk by a list of files that is shown first'
  static override description =
    `Archived journals, the package cache, rotated logs, core dumps and old temporary files; never what is open, what a package has brought, or what is on another file system. The list is made with the plan: files that are changed or replaced until they are deleted, and new ones, stay.

What is deleted is gone: there is no undo.`
  static override examples = [
    '<%= config.bin %> linux disk clean web1 --dry-run',
    '<%= config.bin %> linux disk clean web1 --need 5G --class journal,logs-rotated',
  ]
  static override args = {host: hostArg}
  static override flags = {
    mount: mountFlag,
    class: Flags.string({
      summary: 'Only these: journal, apt, logs-rotated, core, tmp',
      helpValue: 'A,B',
    }),
    need: Flags.string({
      summary: 'Refuse unless it comes to this: free (5G), or used at most (80%)',
      helpValue: 'SIZE|N%',
    }),
    'journal-keep': Flags.string({
      summary: 'Of the journal',
      default: '200M',
      helpValue: 'SIZE',
      helpGroup: ages,
    }),
    'log-days': Flags.integer({summary: 'Rotated logs', default: 7, min: 1, helpValue: 'N', helpGroup: ages}),
    'core-days': Flags.integer({summary: 'Core dumps', default: 1, min: 1, helpValue: 'N', helpGroup: ages}),
    'tmp-days': Flags.integer({
      summary: 'Temporary files',
      default: 10,
      min: 1,
      helpValue: 'N',
      helpGroup: ages,
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(LinuxDiskClean)
    const {cleanInputOf} = await import('../../../lib/cli/linux-disk.js')
    await this.perform('linux.disk.clean', await cleanInputOf(args.host, flags, this.at), flags)
  }
}
