import {Flags} from '@oclif/core'
import {BaseCommand} from '../../../lib/cli/base-command.js'
import {vcenterFlag} from '../../../lib/cli/vsphere-flags.js'

export default class VsphereVmList extends BaseCommand {
  static override summary = 'List VMs, and how each would leave its host'
  static override description =
    `The last column is computed by the code that plans an evacuation, as if the host of each VM were evacuated by itself; what only vCenter itself can check (CheckRelocate) is not asked.`
  static override examples = [
    '<%= config.bin %> vsphere vm list --host esx-07 --blockers',
    '<%= config.bin %> vsphere vm list --cluster prod-a --power on --sort memory',
  ]
  static override flags = {
    vcenter: vcenterFlag,
    cluster: Flags.string({summary: 'Only this cluster', helpValue: 'NAME'}),
    host: Flags.string({summary: 'Only VMs on this host', helpValue: 'NAME'}),
    power: Flags.option({summary: 'Only VMs in this state', options: ['on', 'off', 'suspended'] as const})(),
    blockers: Flags.boolean({
      summary: 'Only VMs that would keep their host from being evacuated',
      default: false,
    }),
    sort: Flags.option({
      summary: 'Order',
      options: ['name', 'memory', 'cpu', 'host'] as const,
      default: 'name',
    })(),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(VsphereVmList)
    const vcenter = await this.target('vsphere', flags.vcenter, flags)
    const [{vsphereReading}, {vmList}] = await Promise.all([
      import('../../../lib/cli/vsphere-reads.js'),
      import('../../../lib/cli/vsphere-sides.js'),
    ])
    const {host = null, power = null, blockers, sort} = flags
    const {lines, json} = await vsphereReading(
      {vcenter, cluster: flags.cluster ?? null},
      (facts) => vmList(facts, {host, power, blockers, sort}),
      flags,
      this.at,
    )
    this.print(lines, json, flags)
  }
}
