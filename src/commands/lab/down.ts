import {BaseCommand} from '../../lib/cli/base-command.js'
import {partsArg} from '../../lib/cli/lab/args.js'

export default class LabDown extends BaseCommand {
  static override summary = 'Stop exactly what the lab started: these parts, or all'
  static override examples = ['<%= config.bin %> lab down', '<%= config.bin %> lab down redis vsphere']
  static override args = {parts: partsArg('up')}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(LabDown)
    const {labDownCommand} = await import('../../lib/cli/lab/down.js')
    const {lines, json} = await labDownCommand(args.parts ?? [], this.at)
    this.print(lines, json, flags)
  }
}
