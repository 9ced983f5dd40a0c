import {Args, Flags} from '@oclif/core'
import {BaseCommand} from '../../lib/cli/base-command.js'

export default class LocksBreak extends BaseCommand {
  static override summary = 'Take the lock away from a run that still holds it'
  static override description =
    `Leases of dead processes never block, so this is only for a live one: it stops at its next step and can be resumed.`
  static override args = {run: Args.string({description: 'The run that holds the lock', required: true})}
  static override flags = {
    confirm: Flags.string({summary: 'Type the run id', helpValue: 'RUN'}),
    reason: Flags.string({summary: 'Why, for the journal of that run', helpValue: 'TEXT', required: true}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(LocksBreak)
    const {breakLock} = await import('../../lib/cli/locks.js')
    await breakLock(args.run, flags, this.at)
  }
}
