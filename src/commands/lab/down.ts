import {BaseCommand} from '../../lib/cli/base-command.js'

export default class LabDown extends BaseCommand {
  static override summary = 'Stop exactly what the lab started, whichever parts are up'

  async run(): Promise<void> {
    const {flags} = await this.parse(LabDown)
    const {labDownCommand} = await import('../../lib/cli/lab.js')
    const {lines, json} = await labDownCommand(this.at)
    this.print(lines, json, flags)
  }
}
