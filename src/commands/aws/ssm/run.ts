import {Flags} from '@oclif/core'
import {accountFlag} from '../../../lib/cli/aws-flags.js'
import {durationFlag} from '../../../lib/cli/flags.js'
import {RunbookCommand} from '../../../lib/cli/runbook-command.js'

export default class AwsSsmRun extends RunbookCommand {
  static override summary = 'Run a script or document on nodes of Systems Manager, and follow each of them'
  static override description =
    'Tags are resolved for the plan, and the command goes to the nodes that the plan names. Each node is sent to once: a command whose answer was lost is found again by its comment, also after kill -9.'
  static override examples = [
    "<%= config.bin %> aws ssm run --tag role=rx --command 'uptime' --canary 1",
    '<%= config.bin %> aws ssm run --instances mi-0123456789abcdef0 --script fix.sh',
    '<%= config.bin %> aws ssm run --tag env=prod --document AWS-UpdateSSMAgent',
  ]
  static override flags = {
    account: accountFlag,
    instances: Flags.string({summary: 'These nodes, by id', helpValue: 'ID,ID'}),
    tag: Flags.string({
      summary: 'Nodes with this tag; repeatable, all of them',
      helpValue: 'KEY=VALUE',
      multiple: true,
      multipleNonGreedy: true,
    }),
    script: Flags.string({summary: 'Shell script to run', helpValue: 'FILE'}),
    command: Flags.string({summary: 'Shell command to run', helpValue: 'LINE'}),
    'undo-script': Flags.string({
      summary: 'Script that takes it back, for runs undo',
      helpValue: 'FILE',
    }),
    document: Flags.string({
      summary: 'Document (default: AWS-RunShellScript)',
      helpValue: 'NAME[:VERSION]',
    }),
    param: Flags.string({
      summary: 'A parameter of the document; repeatable',
      helpValue: 'NAME=VALUE',
      multiple: true,
      multipleNonGreedy: true,
    }),
    'max-concurrency': Flags.string({summary: 'Nodes at a time', default: '10%', helpValue: 'N|N%'}),
    'max-errors': Flags.string({summary: 'Send no more beyond it', default: '1', helpValue: 'N|N%'}),
    canary: Flags.integer({summary: 'Nodes that go first, alone', default: 0, min: 0, helpValue: 'N'}),
    'exec-timeout': durationFlag({
      summary: 'A node may run it so long',
      default: 600_000,
      defaultHelp: async () => '10m',
    }),
    'delivery-timeout': durationFlag({
      summary: 'A node may take so long to get it',
      default: 120_000,
      defaultHelp: async () => '2m',
    }),
    'expect-online': Flags.integer({
      summary: 'Percent of the nodes that must be online',
      default: 90,
      min: 0,
      max: 100,
      helpValue: 'PCT',
    }),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(AwsSsmRun)
    const account = await this.target('aws', flags.account, flags)
    const {ssmRunInput} = await import('../../../lib/cli/aws-ssm.js')
    await this.perform('aws.ssm.run', await ssmRunInput(account, flags, this.at), flags)
  }
}
