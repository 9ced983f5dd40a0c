import {Flags} from '@oclif/core'
import {fanOutFlags, serviceFlag, stableFlag} from '../../lib/cli/receivers-flags.js'
import {RunbookCommand} from '../../lib/cli/runbook-command.js'
import {cohortArg} from '../../lib/cli/selection-flags.js'

export default class ReceiversRestart extends RunbookCommand {
  static override summary = 'Restart a unit on many hosts: canary, waves, and each host verified'
  static override description =
    `No host is contacted before you confirm, unless --probe wants it. A host counts once its unit runs under another invocation and stays up; the exit code of systemctl proves nothing. Hosts that are out of reach are normal and counted apart. A killed run is resumed without restarting any host twice.

A restart has no undo: redeye runs resume RUN --only failed tries the failed ones again.`
  static override examples = [
    '<%= config.bin %> receivers restart canary --dry-run',
    "<%= config.bin %> receivers restart --where 'country=SE' --gate 'check-coverage SE'",
    '<%= config.bin %> receivers restart --spread-by site --max-out 25% --max-failures 2%',
  ]
  static override args = {cohort: cohortArg}
  static override flags = {
    ...fanOutFlags,
    via: Flags.option({
      summary: 'How hosts are reached: SSH, or Run Command of AWS Systems Manager',
      options: ['ssh', 'ssm'] as const,
      default: 'ssh',
    })(),
    service: serviceFlag,
    stable: stableFlag,
    verify: Flags.string({
      summary: "Command for the host's shell, after the restart; exit 0 is good",
      helpValue: 'CMD',
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ReceiversRestart)
    const fleet = await this.target('receivers', flags.fleet, flags)
    const {fanOutInput, ssmOf, unitOf} = await import('../../lib/cli/receivers-input.js')
    const {input, target} = await fanOutInput(fleet, args.cohort, flags, this.at)
    const unit = unitOf(flags.service, target)
    const {stable: stableMs, verify = '', via} = flags
    const ssm = via === 'ssm' ? ssmOf(target, fleet) : null
    await this.perform(
      'receivers.restart',
      {...input, unit, stableMs, verify, ssm},
      {...flags, timeout: undefined},
    )
  }
}
