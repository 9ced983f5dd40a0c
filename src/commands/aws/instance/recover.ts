import {instanceArg, recoverFlags, recoverInput} from '../../../lib/cli/aws-flags.js'
import {RunbookCommand} from '../../../lib/cli/runbook-command.js'

export default class AwsInstanceRecover extends RunbookCommand {
  static override summary = 'Bring an impaired EC2 instance back: drained, restarted, checked, attached again'
  static override description =
    `auto: in an auto scaling group it is replaced; with a failed system or EBS check, or a retirement, it is stopped and started, so that it moves to another host; with only its instance check failed it is rebooted.

A restart counts when LaunchTime is later than before; a reboot when a check begins anew or the console has a new post, otherwise it is in doubt. There is no undo of a replacement.`
  static override examples = [
    '<%= config.bin %> aws instance recover web-1 --dry-run',
    '<%= config.bin %> aws instance recover web-1 --method stop-start --confirm web-1',
  ]
  static override usage = 'aws instance recover INSTANCE [--account NAME] [--method METHOD] [FLAGS]'
  static override args = {instance: instanceArg}
  static override flags = recoverFlags

  async run(): Promise<void> {
    const {args, flags} = await this.parse(AwsInstanceRecover)
    const account = await this.target('aws', flags.account, flags)
    const input = {account, instance: args.instance, ...recoverInput(flags)}
    await this.perform('aws.instance.recover', input, flags)
  }
}
