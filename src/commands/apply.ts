import {Args} from '@oclif/core'
import {BaseCommand} from '../lib/cli/base-command.js'
import {applyFlags, commonFlags} from '../lib/cli/flags.js'

export default class Apply extends BaseCommand {
  static override summary = 'Apply exactly the plan that was saved with --out'
  static override description =
    `Looks again first, and refuses (exit 12) when what the plan rests on has changed. Approve it with --confirm CODE: the
code stands for exactly this plan.`
  static override examples = [
    '<%= config.bin %> haproxy drain app/s2 --out s2.plan',
    '<%= config.bin %> apply s2.plan --confirm kfqw',
  ]
  static override args = {file: Args.string({description: 'The saved plan', required: true})}
  static override baseFlags = {...commonFlags, ...applyFlags}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Apply)
    const {applyPlan} = await import('../lib/cli/apply-plan.js')
    await applyPlan(args.file, flags, this.at, this.config.version)
  }
}
