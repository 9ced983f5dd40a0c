import {BaseCommand} from '../../../lib/cli/base-command.js'
import {changeFlags, commonFlags} from '../../../lib/cli/flags.js'
import {runArg} from '../../../lib/cli/run-arg.js'

export default class AwsS3Unlock extends BaseCommand {
  static override summary = 'Put back what a lockdown changed, unless it was changed since'
  static override examples = ['<%= config.bin %> aws s3 unlock kfqw --dry-run']
  static override args = {run: runArg}
  static override baseFlags = {...commonFlags, ...changeFlags}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(AwsS3Unlock)
    const {unlock} = await import('../../../lib/cli/aws-s3.js')
    await unlock(args.run, flags, this.at, this.config)
  }
}
