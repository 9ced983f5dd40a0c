import {Args} from '@oclif/core'
import {BaseCommand} from '../../lib/cli/base-command.js'
import {vcenterFlag} from '../../lib/cli/vsphere-flags.js'

export default class VsphereStatus extends BaseCommand {
  static override summary = 'Show clusters and hosts: state, load, running VMs, alarms'
  static override examples = [
    '<%= config.bin %> vsphere status',
    "<%= config.bin %> vsphere status prod-a --json | jq '.hosts[].state'",
  ]
  static override args = {cluster: Args.string({description: 'Only this cluster'})}
  static override flags = {vcenter: vcenterFlag}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(VsphereStatus)
    const vcenter = await this.target('vsphere', flags.vcenter, flags)
    const [{vsphereReading}, {status}] = await Promise.all([
      import('../../lib/cli/vsphere-reads.js'),
      import('../../lib/cli/vsphere-sides.js'),
    ])
    const {lines, json} = await vsphereReading(
      {vcenter, cluster: args.cluster ?? null},
      status,
      flags,
      this.at,
    )
    this.print(lines, json, flags)
  }
}
