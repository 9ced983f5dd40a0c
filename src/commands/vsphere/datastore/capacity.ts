import {Args, Flags} from '@oclif/core'
import {BaseCommand} from '../../../lib/cli/base-command.js'
import {vcenterFlag} from '../../../lib/cli/vsphere-flags.js'

export default class VsphereDatastoreCapacity extends BaseCommand {
  static override summary = 'Show how full datastores are, and what is promised to disks'
  static override examples = ['<%= config.bin %> vsphere datastore capacity --warn 70']
  static override args = {datastore: Args.string({description: 'Only this one, by name or MoRef'})}
  static override flags = {
    vcenter: vcenterFlag,
    warn: Flags.integer({summary: 'Percent used that is worth a warning', default: 80, min: 1, max: 100}),
    crit: Flags.integer({summary: 'Percent used that is critical', default: 90, min: 1, max: 100}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(VsphereDatastoreCapacity)
    const vcenter = await this.target('vsphere', flags.vcenter, flags)
    const [{vsphereReading}, {datastoreCapacity}] = await Promise.all([
      import('../../../lib/cli/vsphere-reads.js'),
      import('../../../lib/cli/vsphere-sides.js'),
    ])
    const {warn, crit} = flags
    const {lines, json} = await vsphereReading(
      {vcenter, cluster: null},
      (facts) => datastoreCapacity(facts, {datastore: args.datastore ?? null, warn, crit}),
      flags,
      this.at,
    )
    this.print(lines, json, flags)
  }
}
