import {Flags} from '@oclif/core'
import {BaseCommand} from '../lib/cli/base-command.js'

export default class Doctor extends BaseCommand {
  static override summary = 'Look at what redeye itself stands on, before the night'
  static override description =
    'Node, terminal, inventory, secrets (never shown), ssh keys and agent, known hosts, clock, state directory, locks, runs and labs, each with its fix. Exit 0, or 13 when something is to be mended. Changes nothing.'
  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor --offline --json | jq -r ".next[]"',
  ]
  static override flags = {
    offline: Flags.boolean({
      summary: 'Ask no service for its clock: no request leaves this machine',
      default: false,
    }),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Doctor)
    const {doctor} = await import('../lib/cli/doctor/doctor.js')
    await doctor(flags, this.at, this.config.version)
  }
}
