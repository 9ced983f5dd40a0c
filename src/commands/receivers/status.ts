import {BaseCommand} from '../../lib/cli/base-command.js'
import {askFlags, serviceFlag} from '../../lib/cli/receivers-flags.js'
import {cohortArg} from '../../lib/cli/selection-flags.js'

export default class ReceiversStatus extends BaseCommand {
  static override summary = 'Ask many hosts how they are, and show it in groups'
  static override description =
    'Reachability, unit, uptime, clock, disk, temperature and throttling; equal hosts are one line, and what is wrong stands first. Changes nothing.'
  static override examples = [
    '<%= config.bin %> receivers status canary',
    "<%= config.bin %> receivers status --json | jq '.groups[] | select(.bad)'",
  ]
  static override args = {cohort: cohortArg}
  static override flags = {...askFlags, service: serviceFlag}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ReceiversStatus)
    const fleet = await this.target('receivers', flags.fleet, flags)
    const {receiversStatus} = await import('../../lib/cli/receivers-status.js')
    const {lines, json} = await receiversStatus(fleet, args.cohort, flags, this.at)
    this.print(lines, json, flags)
  }
}
