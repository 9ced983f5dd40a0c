import {BaseCommand} from '../../lib/cli/base-command.js'
import {durationFlag} from '../../lib/cli/flags.js'
import {hostsArg, MAX_OFFSET_MS} from '../../lib/cli/linux-flags.js'

export default class LinuxCheck extends BaseCommand {
  static override summary = 'Ask whether hosts are well, and whether runbooks could work on them'
  static override description =
    'Exit 0 only if every host answers with its known key, runs systemd, lets us be root without a password, has the tools, no failed unit, space for temporary files, writable disks and the right time; 13 otherwise, 10 when none answers. Changes nothing.'
  static override examples = ['<%= config.bin %> linux check web --json | jq .because']
  static override args = {hosts: hostsArg}
  static override flags = {
    'max-offset': durationFlag({
      summary: 'How far a clock may be off',
      default: MAX_OFFSET_MS,
      defaultHelp: async () => `${MAX_OFFSET_MS}ms`,
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(LinuxCheck)
    const [{hostsOf}, {askCheck}] = await Promise.all([
      import('../../lib/cli/linux-hosts.js'),
      import('../../lib/cli/ask-check.js'),
    ])
    const hosts = (await hostsOf(args.hosts, flags.inventory, this.at)).map(({name}) => name)
    await askCheck('linux.check', {hosts, maxOffsetMs: flags['max-offset']}, flags, this.at)
  }
}
