import {Flags} from '@oclif/core'
import {durationFlag} from '../../lib/cli/flags.js'
import {fanOutFlags, serviceFlag, stableFlag} from '../../lib/cli/receivers-flags.js'
import {RunbookCommand} from '../../lib/cli/runbook-command.js'
import {cohortArg} from '../../lib/cli/selection-flags.js'

const TIMEOUT_MS = 300_000

export default class ReceiversReboot extends RunbookCommand {
  static override summary = 'Reboot many hosts in waves, and wait until each is back with its unit'
  static override description =
    'Another boot id is the proof that a host was rebooted; then its unit must be up again and stay so. There is no undo.'
  static override examples = [
    '<%= config.bin %> receivers reboot canary --dry-run',
    "<%= config.bin %> receivers reboot --where 'site=a12' --spread-by site --max-out 25%",
  ]
  static override args = {cohort: cohortArg}
  static override flags = {
    ...fanOutFlags,
    service: serviceFlag,
    stable: stableFlag,
    verify: Flags.string({summary: "Command for the host's shell, once it is back", helpValue: 'CMD'}),
    timeout: durationFlag({summary: 'For one host, until it is back with its unit (default: 5m)'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ReceiversReboot)
    const fleet = await this.target('receivers', flags.fleet, flags)
    const {fanOutInput, unitOf} = await import('../../lib/cli/receivers-input.js')
    const {input, target} = await fanOutInput(fleet, args.cohort, flags, this.at)
    const unit = unitOf(flags.service, target)
    const {stable: stableMs, verify = '', timeout: timeoutMs = TIMEOUT_MS} = flags
    await this.perform(
      'receivers.reboot',
      {...input, timeoutMs, unit, stableMs, verify},
      {...flags, timeout: undefined},
    )
  }
}
