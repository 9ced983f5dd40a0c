import {Flags} from '@oclif/core'
import {durationFlag} from '../../../lib/cli/flags.js'
import {RunbookCommand} from '../../../lib/cli/runbook-command.js'
import {hostArg, settleFlag, vcenterFlag} from '../../../lib/cli/vsphere-flags.js'

export default class VsphereHostReboot extends RunbookCommand {
  static override summary = 'Reboot an evacuated ESXi host, and wait until it is back'
  static override description =
    `Only a host in maintenance mode without a running VM; there is no way round that. It counts as done when the host was gone, is connected again, has a later boot time and is still in maintenance mode. There is no undo.`
  static override examples = ['<%= config.bin %> vsphere host reboot esx-07 --exit-after']
  static override args = {host: hostArg}
  static override flags = {
    vcenter: vcenterFlag,
    'exit-after': Flags.boolean({summary: 'Leave maintenance mode once it is back', default: false}),
    wait: durationFlag({
      summary: 'How long it may take until it is connected again',
      default: 20 * 60_000,
      defaultHelp: async () => '20m',
    }),
    settle: settleFlag,
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(VsphereHostReboot)
    const vcenter = await this.target('vsphere', flags.vcenter, flags)
    const input = {
      vcenter,
      host: args.host,
      waitMs: flags.wait,
      exitAfter: flags['exit-after'],
      settleMs: flags.settle,
    }
    await this.perform('vsphere.host.reboot', input, flags)
  }
}
