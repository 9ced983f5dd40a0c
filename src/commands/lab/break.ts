import {Args, Flags} from '@oclif/core'
import {BaseCommand} from '../../lib/cli/base-command.js'

export default class LabBreak extends BaseCommand {
  static override summary = 'Break something in the lab, to practise on'
  static override description =
    `Without a name: what can be broken, and which command is practised by it. Whom it hits is drawn by lot. Nothing outside the lab is touched.

When it is over is seen by looking at the daemons twice a second, whatever cured it; redeye lab score tells.`
  static override examples = [
    '<%= config.bin %> lab break',
    '<%= config.bin %> lab break redis-master',
    '<%= config.bin %> lab break redis-master --hint',
    '<%= config.bin %> lab break --surprise',
  ]
  static override args = {name: Args.string({description: 'Which break (default: list them)'})}
  static override flags = {
    hint: Flags.boolean({
      summary: 'Break nothing; say what is to be learned, and the way out',
      default: false,
    }),
    surprise: Flags.boolean({
      summary: 'One of those that are possible, and do not say which',
      default: false,
    }),
    seed: Flags.integer({summary: 'Draw the same lots again', helpValue: 'N', min: 0}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(LabBreak)
    const {labBreakCommand} = await import('../../lib/cli/lab/break.js')
    const {hint, surprise, seed} = flags
    const {lines, json} = await labBreakCommand(args.name, {hint, surprise, seed}, this.at)
    this.print(lines, json, flags)
  }
}
