import {Args} from '@oclif/core'
import {BaseCommand} from '../../lib/cli/base-command.js'

export default class LabMend extends BaseCommand {
  static override summary = "Put right what was broken in the lab, by the lab's own means"
  static override description =
    'Also what a trouble that is over has left behind, such as a node that is still dead.'
  static override examples = ['<%= config.bin %> lab mend', '<%= config.bin %> lab mend redis-master']
  static override args = {name: Args.string({description: 'Which break (default: all)'})}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(LabMend)
    const {labMendCommand} = await import('../../lib/cli/lab/mend.js')
    const {lines, json} = await labMendCommand(args.name, this.at)
    this.print(lines, json, flags)
  }
}
