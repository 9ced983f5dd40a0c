import {Flags} from '@oclif/core'
import {fanOutFlags} from '../../lib/cli/receivers-flags.js'
import {RunbookCommand} from '../../lib/cli/runbook-command.js'

export default class ReceiversExec extends RunbookCommand {
  static override summary = 'Run one command on many hosts, and show what they say in groups'
  static override description =
    'The command stands behind --; it is run as it is, word by word, without a shell of its own. As a change it goes in waves, is journalled, and is never sent twice to a host. With --read-only all hosts are asked at once, and nothing is journalled.'
  static override examples = [
    '<%= config.bin %> receivers exec canary --read-only -- uname -r',
    "<%= config.bin %> receivers exec --where 'ring=early' -- sudo -n sync-clock",
  ]
  static override strict = false
  static override flags = {
    ...fanOutFlags,
    'read-only': Flags.boolean({summary: 'The command changes nothing', default: false}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(ReceiversExec)
    const {cohort, argv} = await this.words()
    const fleet = await this.target('receivers', flags.fleet, flags)
    const {receiversRead, receiversRun} = await import('../../lib/cli/receivers-exec.js')
    if (flags['read-only']) {
      const {lines, json} = await receiversRead(fleet, cohort, argv, flags, this.at)
      return this.print(lines, json, flags)
    }
    const {fanOutInput} = await import('../../lib/cli/receivers-input.js')
    const {input} = await fanOutInput(fleet, cohort, flags, this.at)
    const changing = {...flags, timeout: undefined}
    const lines = await receiversRun({...input, argv}, changing, this.at, this.config.version)
    if (!flags.json) this.print(lines, null, flags)
  }

  /** What stands before -- may be a cohort; what stands behind it is the command. */
  private async words(): Promise<{cohort: string | undefined; argv: string[]}> {
    const {UsageError} = await import('../../lib/cli/usage-error.js')
    const at = this.argv.indexOf('--')
    const argv = at < 0 ? [] : this.argv.slice(at + 1)
    if (argv.length === 0)
      throw new UsageError('which command? write it behind --: redeye receivers exec canary -- uname -r')
    const {argv: all} = await this.parse(ReceiversExec)
    const before = (all as string[]).slice(0, all.length - argv.length)
    if (before.length > 1) throw new UsageError(`one cohort, not ${before.length}: ${before.join(' ')}`)
    return {cohort: before[0], argv}
  }
}
