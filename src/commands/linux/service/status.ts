import {BaseCommand} from '../../../lib/cli/base-command.js'
import {hostsArg, unitArg} from '../../../lib/cli/linux-flags.js'

export default class LinuxServiceStatus extends BaseCommand {
  static override summary = 'Show a unit on hosts, and what it said where it does not run'
  static override description = 'Changes nothing.'
  static override examples = [
    '<%= config.bin %> linux service status nginx web',
    '<%= config.bin %> linux service status nginx web --json | jq .hosts',
  ]
  static override args = {unit: unitArg, hosts: hostsArg}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(LinuxServiceStatus)
    const {unitStatus} = await import('../../../lib/cli/linux-status.js')
    const {lines, json} = await unitStatus(args.unit, args.hosts, flags, this.at)
    this.print(lines, json, flags)
  }
}
