import {Flags} from '@oclif/core'
import {BaseCommand} from '../../lib/cli/base-command.js'
import {partsArg} from '../../lib/cli/lab/args.js'

export default class LabUp extends BaseCommand {
  static override summary = 'Start real daemons on loopback, with traffic, and write an inventory for them'
  static override description =
    `All parts side by side, or those that are named: either all of them come up, or none. One inventory and one file for the shell have what is up.

haproxy: two instances in front of three small applications and a backup, and a steady client that counts failures.

redis: a cluster of three masters and three replicas on three machines (loopback addresses), and steady writers that count errors and, at the end, lost writes.

vsphere: a vCenter that refuses as the real one does, with a cluster that DRS looks after and one that it does not. Built with Go the first time.

receivers: a fleet of simulated hosts over real SSH, each on an address of its own; 3 % are away, one does not survive a restart. Needs root, and Go the first time.

azure: a resource manager with VMs and scale sets, and the sign-in in front of it.

aws: an account with instances behind a load balancer and in an auto scaling group, each with another trouble. Installed with Python the first time.`
  static override examples = [
    '<%= config.bin %> lab up',
    '<%= config.bin %> lab up redis vsphere',
    '<%= config.bin %> lab up receivers --count 500',
  ]
  static override args = {parts: partsArg('down and can run here')}
  static override flags = {
    count: Flags.integer({
      summary: 'receivers: how many hosts (default: 100)',
      min: 20,
      max: 30_000,
      helpValue: 'N',
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(LabUp)
    const {labUpCommand} = await import('../../lib/cli/lab/up.js')
    const {count} = flags
    const {lines, json} = await labUpCommand(args.parts ?? [], {...(count !== undefined && {count})}, this.at)
    this.print(lines, json, flags)
  }
}
