import {Args} from '@oclif/core'
import {BaseCommand} from '../../../lib/cli/base-command.js'
import {vcenterFlag} from '../../../lib/cli/vsphere-flags.js'

export default class VsphereHaStatus extends BaseCommand {
  static override summary = 'Show what HA keeps in reserve, and what the loss of each host would leave'
  static override examples = ['<%= config.bin %> vsphere ha status prod-a']
  static override args = {cluster: Args.string({description: 'Cluster', required: true})}
  static override flags = {vcenter: vcenterFlag}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(VsphereHaStatus)
    const vcenter = await this.target('vsphere', flags.vcenter, flags)
    const [{vsphereReading}, {haStatus}] = await Promise.all([
      import('../../../lib/cli/vsphere-reads.js'),
      import('../../../lib/cli/vsphere-sides.js'),
    ])
    const {lines, json} = await vsphereReading({vcenter, cluster: args.cluster}, haStatus, flags, this.at)
    this.print(lines, json, flags)
  }
}
