import {Args, Flags} from '@oclif/core'
import {accountFlag} from '../../../lib/cli/aws-flags.js'
import {RunbookCommand} from '../../../lib/cli/runbook-command.js'

export default class AwsS3Lockdown extends RunbookCommand {
  static override summary = 'Keep the public, or all but some roles, out of a bucket'
  static override description =
    'Blocks public access; with --deny-except also denies everything to everybody but those roles, of which yours has to be one. The journal keeps what was there, and aws s3 unlock puts it back, unless somebody has changed it since.'
  static override examples = [
    '<%= config.bin %> aws s3 lockdown invoices --dry-run',
    '<%= config.bin %> aws s3 lockdown b1 --deny-except arn:aws:iam::1234...:role/ops',
  ]
  static override args = {bucket: Args.string({description: 'Bucket', required: true})}
  static override flags = {
    account: accountFlag,
    'deny-except': Flags.string({
      summary: 'Only this role keeps its access; repeatable',
      helpValue: 'ROLE-ARN',
      multiple: true,
      multipleNonGreedy: true,
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(AwsS3Lockdown)
    const account = await this.target('aws', flags.account, flags)
    const {newMark} = await import('../../../lib/cli/aws-network.js')
    const input = {account, bucket: args.bucket, except: flags['deny-except'] ?? [], mark: newMark()}
    await this.perform('aws.s3.lockdown', input, flags)
  }
}
