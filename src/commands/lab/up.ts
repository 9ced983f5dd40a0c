import {Args} from '@oclif/core'
import {BaseCommand} from '../../lib/cli/base-command.js'

export default class LabUp extends BaseCommand {
  static override summary = 'Start real daemons on loopback, with traffic, and write an inventory for them'
  static override description =
    `HAProxy: two instances in front of three small applications and a backup, and a steady client that counts failures.`
  static override examples = ['<%= config.bin %> lab up', '<%= config.bin %> lab up haproxy --json']
  static override args = {
    part: Args.string({description: 'Which part', options: ['haproxy'], default: 'haproxy'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(LabUp)
    const {labUpCommand} = await import('../../lib/cli/lab.js')
    const {lines, json} = await labUpCommand(this.at)
    this.print(lines, json, flags)
  }
}
