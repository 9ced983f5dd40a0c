import {BaseCommand} from '../../lib/cli/base-command.js'
import {askFlags, PROBES, serviceFlag} from '../../lib/cli/receivers-flags.js'
import {cohortArg} from '../../lib/cli/selection-flags.js'

export default class ReceiversCheck extends BaseCommand {
  static override summary = 'Ask whether a restart could begin now'
  static override description =
    `Exit 0 only if the list loads, every key is pinned, the bastions answer, and a sample (${PROBES} hosts, or --sample N) signs in, has the unit and may restart it without a password; 13 otherwise. Changes nothing.`
  static override examples = [
    '<%= config.bin %> receivers check --json | jq .because',
    '<%= config.bin %> receivers check canary --sample 100',
  ]
  static override args = {cohort: cohortArg}
  static override flags = {...askFlags, service: serviceFlag}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ReceiversCheck)
    const fleet = await this.target('receivers', flags.fleet, flags)
    const [{receiversCheckInput}, {askCheck}] = await Promise.all([
      import('../../lib/cli/receivers-check.js'),
      import('../../lib/cli/ask-check.js'),
    ])
    const input = await receiversCheckInput(fleet, args.cohort, flags, this.at)
    await askCheck('receivers.check', input, flags, this.at)
  }
}
