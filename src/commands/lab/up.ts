import {Args} from '@oclif/core'
import {BaseCommand} from '../../lib/cli/base-command.js'

export default class LabUp extends BaseCommand {
  static override summary = 'Start real daemons on loopback, with traffic, and write an inventory for them'
  static override description =
    `haproxy: two instances in front of three small applications and a backup, and a steady client that counts failures.

redis: a cluster of three masters and three replicas on three machines (loopback addresses), and steady writers that count errors and, at the end, lost writes.

vsphere: a vCenter that refuses as the real one does, with a cluster that DRS looks after and one that it does not. Built with Go the first time.

aws: an account with instances behind a load balancer and in an auto scaling group, each with another trouble. Installed with Python the first time.`
  static override examples = [
    '<%= config.bin %> lab up',
    '<%= config.bin %> lab up redis',
    '<%= config.bin %> lab up vsphere',
    '<%= config.bin %> lab up aws',
  ]
  static override args = {
    part: Args.string({
      description: 'Which part',
      options: ['haproxy', 'redis', 'vsphere', 'aws'],
      default: 'haproxy',
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(LabUp)
    const [{labUpCommand}, {LAB_PARTS}] = await Promise.all([
      import('../../lib/cli/lab.js'),
      import('../../lib/cli/lab-parts.js'),
    ])
    const {lines, json} = await labUpCommand(
      LAB_PARTS.find((part) => part === args.part) ?? 'haproxy',
      this.at,
    )
    this.print(lines, json, flags)
  }
}
