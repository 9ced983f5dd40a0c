import {BaseCommand} from '../../../lib/cli/base-command.js'
import {hostArg, vcenterFlag} from '../../../lib/cli/vsphere-flags.js'

export default class VsphereHostHealth extends BaseCommand {
  static override summary = 'Ask how one ESXi host is: sensors, alarms, uplinks, storage, clock, HA agent'
  static override description = `Exit 13 when something is red, 0 when it is green or yellow.`
  static override examples = ['<%= config.bin %> vsphere host health esx-07']
  static override args = {host: hostArg}
  static override flags = {vcenter: vcenterFlag}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(VsphereHostHealth)
    const vcenter = await this.target('vsphere', flags.vcenter, flags)
    const [{hostHealthReading}, {foundUnhealthy}] = await Promise.all([
      import('../../../lib/cli/vsphere-reads.js'),
      import('../../../lib/cli/finish.js'),
    ])
    const {lines, json, red} = await hostHealthReading({vcenter, host: args.host}, flags, this.at)
    this.print(lines, json, flags)
    if (red) foundUnhealthy()
  }
}
