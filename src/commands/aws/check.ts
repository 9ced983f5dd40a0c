import {Flags} from '@oclif/core'
import {accountFlag} from '../../lib/cli/aws-flags.js'
import {BaseCommand} from '../../lib/cli/base-command.js'

export default class AwsCheck extends BaseCommand {
  static override summary = 'Ask whether AWS could be operated now: identity, clock, permissions'
  static override description =
    `Exit 0 when nothing is known to be missing, 13 otherwise, 10 when nobody answers or the credentials are not accepted. Permissions of EC2 are proven by dry runs; other services have none, and what they would say is named as not probed. Never changes anything.`
  static override examples = [
    '<%= config.bin %> aws check',
    '<%= config.bin %> aws check --for recover --instance web-1 --json | jq .because',
  ]
  static override flags = {
    account: accountFlag,
    for: Flags.option({
      summary: 'What the caller must be allowed to do',
      options: ['read', 'recover', 'target', 'rds', 's3', 'ssm'] as const,
      default: 'read',
    })(),
    instance: Flags.string({
      summary: 'Ask about this one, by id or Name tag (default: any one)',
      helpValue: 'INSTANCE',
    }),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(AwsCheck)
    const account = await this.target('aws', flags.account, flags)
    const {askCheck} = await import('../../lib/cli/ask-check.js')
    const input = {account, purpose: flags.for, instance: flags.instance ?? null}
    await askCheck('aws.check', input, flags, this.at)
  }
}
