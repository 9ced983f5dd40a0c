import {Args, Flags} from '@oclif/core'
import {BaseCommand} from '../lib/cli/base-command.js'
import {durationFlag} from '../lib/cli/flags.js'

export default class Check extends BaseCommand {
  static override summary = 'Ask every target whether it is well, side by side'
  static override description =
    `Each target is asked what 'redeye SYSTEM check' asks. Exit 0 only if all are well, 13 when one is not, 10 when the only trouble is that some do not answer. Never changes anything.`
  static override examples = [
    '<%= config.bin %> check',
    '<%= config.bin %> check redis haproxy/web-lb --since-ok',
    '<%= config.bin %> check --junit checks.xml',
    '<%= config.bin %> check --watch 30s',
    `<%= config.bin %> check --json | jq '.targets[] | select(.answer != "ok")'`,
  ]
  static override args = {
    targets: Args.string({
      description: 'SYSTEM or SYSTEM/TARGET (default: every target there is)',
      multiple: true,
    }),
  }
  static override flags = {
    width: Flags.integer({summary: 'Targets at a time', default: 8, min: 1, max: 100, helpValue: 'N'}),
    limit: durationFlag({
      summary: 'What one target may take; then it counts as not answering',
      default: 30_000,
      defaultHelp: async () => '30s',
    }),
    'since-ok': Flags.boolean({
      summary: 'Say what has changed since each target was last all well',
      default: false,
    }),
    watch: durationFlag({
      summary: 'Ask again, that often, until Ctrl-C',
      exclusive: ['json', 'tap'],
    }),
    junit: Flags.string({summary: 'Also write JUnit XML', helpValue: 'FILE'}),
    tap: Flags.boolean({
      summary: 'Print TAP 14 instead of the table',
      default: false,
      exclusive: ['json', 'watch'],
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Check)
    const {checkAll} = await import('../lib/cli/checks/check-all.js')
    await checkAll(args.targets ?? [], flags, this.at)
  }
}
