import {leaveUnhealthyFlag} from '../../../lib/cli/aws-flags.js'
import {runArg} from '../../../lib/cli/run-arg.js'
import {RunbookCommand} from '../../../lib/cli/runbook-command.js'

export default class AwsTargetAttach extends RunbookCommand {
  static override summary = 'Put an EC2 instance back into the target groups that a run took it out of'
  static override description =
    `With the same ports as before. A target that does not become healthy in time goes out again.`
  static override examples = ['<%= config.bin %> aws target attach kfqw']
  static override args = {run: runArg}
  static override flags = {'leave-unhealthy': leaveUnhealthyFlag}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(AwsTargetAttach)
    const {takenOut} = await import('../../../lib/cli/aws-history.js')
    const input = {...(await takenOut(args.run, this.at)), leaveUnhealthy: flags['leave-unhealthy']}
    await this.perform('aws.target.attach', input, flags)
  }
}
