import {BaseCommand} from '../../lib/cli/base-command.js'

export default class LabStatus extends BaseCommand {
  static override summary = 'Show what of the lab runs, what its clients have seen, and what is broken'

  async run(): Promise<void> {
    const {flags} = await this.parse(LabStatus)
    const {labStatusCommand} = await import('../../lib/cli/lab/status.js')
    const {lines, json} = await labStatusCommand(this.at)
    this.print(lines, json, flags)
  }
}
