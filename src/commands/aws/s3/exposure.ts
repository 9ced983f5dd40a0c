import {Args} from '@oclif/core'
import {accountFlag} from '../../../lib/cli/aws-flags.js'
import {BaseCommand} from '../../../lib/cli/base-command.js'

export default class AwsS3Exposure extends BaseCommand {
  static override summary = 'Show how open a bucket is, by what is set and by trying'
  static override examples = [
    '<%= config.bin %> aws s3 exposure invoices',
    '<%= config.bin %> aws s3 exposure invoices --json | jq -e .exposed',
  ]
  static override args = {bucket: Args.string({description: 'Bucket', required: true})}
  static override flags = {account: accountFlag}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(AwsS3Exposure)
    const account = await this.target('aws', flags.account, flags)
    const {awsS3Exposure} = await import('../../../lib/cli/aws-s3.js')
    const {lines, json} = await awsS3Exposure({account, bucket: args.bucket}, flags, this.at)
    this.print(lines, json, flags)
  }
}
