import {Args, Flags} from '@oclif/core'
import {fanOutFlags, stableFlag} from '../../lib/cli/receivers-flags.js'
import {RunbookCommand} from '../../lib/cli/runbook-command.js'
import {cohortArg} from '../../lib/cli/selection-flags.js'

export default class ReceiversPush extends RunbookCommand {
  static override summary = 'Put a file in place on many hosts, in waves, with a way back'
  static override description =
    'The file is written beside the old one, checked by its SHA-256, and renamed: a host has the old file or the new one, never half of it. The old one is kept there, and redeye runs undo RUN puts it back. Hosts that have exactly this file are left alone.'
  static override examples = [
    '<%= config.bin %> receivers push rx.conf /etc/rx.conf canary --restart rx.service',
    "<%= config.bin %> receivers push ca.pem /etc/ssl/certs/ -w 'country=SE' --mode 644",
  ]
  static override args = {
    file: Args.string({required: true, description: 'On this machine'}),
    destination: Args.string({
      required: true,
      description: 'Absolute path on the hosts; with / at its end, the directory',
    }),
    cohort: cohortArg,
  }
  static override flags = {
    ...fanOutFlags,
    mode: Flags.string({summary: 'Octal (default: as the old file, or 644)', helpValue: 'MODE'}),
    owner: Flags.string({summary: 'Default: as the old file', helpValue: 'USER:GROUP'}),
    restart: Flags.string({summary: 'Restart it where the file was changed', helpValue: 'UNIT'}),
    stable: stableFlag,
    verify: Flags.string({
      summary: "Command for the host's shell, after the restart; exit 0 is good",
      helpValue: 'CMD',
      dependsOn: ['restart'],
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ReceiversPush)
    const fleet = await this.target('receivers', flags.fleet, flags)
    const [{fanOutInput}, {pushInput}] = await Promise.all([
      import('../../lib/cli/receivers-input.js'),
      import('../../lib/cli/receivers-push.js'),
    ])
    const pushed = await pushInput(args.file, args.destination, flags, this.at)
    const {input} = await fanOutInput(fleet, args.cohort, flags, this.at)
    const {restart: unit = null, stable: stableMs, verify = ''} = flags
    await this.perform(
      'receivers.push',
      {...input, ...pushed, unit, stableMs, verify},
      {...flags, timeout: undefined},
    )
  }
}
