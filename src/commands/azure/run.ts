import {Args, Flags} from '@oclif/core'
import {accountFlags, groupFlag, patienceFlags, withoutTimeout} from '../../lib/cli/azure-flags.js'
import {durationFlag} from '../../lib/cli/flags.js'
import {RunbookCommand} from '../../lib/cli/runbook-command.js'

export default class AzureRun extends RunbookCommand {
  static override summary = 'Run a script in the guests of VMs, and believe its exit code'
  static override description =
    `Azure says Succeeded also where the script failed: only its own exit code counts here. A managed Run Command is made on each VM, read to its end, and deleted again.

There is no undo.`
  static override examples = [
    '<%= config.bin %> azure run web-1 web-2 --script check.sh --dry-run',
    '<%= config.bin %> azure run --tag role=web --script restart-app.sh --concurrency 2',
  ]
  static override strict = false
  static override args = {
    vm: Args.string({description: 'Names of VMs, or whole resource ids', multiple: true}),
  }
  static override flags = {
    ...accountFlags,
    ...groupFlag,
    ...patienceFlags,
    timeout: durationFlag({
      summary: 'How long the script may take',
      default: 30 * 60_000,
      defaultHelp: async () => '30m',
    }),
    script: Flags.string({summary: 'Shell script to run', helpValue: 'FILE', required: true}),
    tag: Flags.string({summary: 'Every VM with this tag, instead of names', helpValue: 'KEY=VALUE'}),
    as: Flags.option({
      summary: 'Managed, or the older action Run Command (one at a time on each VM)',
      options: ['managed', 'action'] as const,
      default: 'managed',
    })(),
    concurrency: Flags.integer({summary: 'VMs at once', default: 10, min: 1, max: 100, helpValue: 'N'}),
    'max-errors': Flags.integer({
      summary: 'VMs on which it may fail before it stops',
      default: 1,
      min: 0,
      helpValue: 'N',
    }),
  }

  async run(): Promise<void> {
    const {argv, flags} = await this.parse(AzureRun)
    const target = await this.target('azure', flags.target, flags)
    const {runInput} = await import('../../lib/cli/azure-run-input.js')
    const input = await runInput(argv as string[], target, flags, this.at)
    await this.perform('azure.run', input, withoutTimeout(flags))
  }
}
