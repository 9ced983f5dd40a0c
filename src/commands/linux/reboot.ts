import {Flags} from '@oclif/core'
import {durationFlag} from '../../lib/cli/flags.js'
import {hostsArg, waveFlags} from '../../lib/cli/linux-flags.js'
import {RunbookCommand} from '../../lib/cli/runbook-command.js'

export default class LinuxReboot extends RunbookCommand {
  static override summary = 'Reboot hosts, and prove that they came back as they were'
  static override description =
    `Another boot id is the proof of a reboot. Then all units must have been started with none failed that had not failed before, and ports and mounts must be back; only then --undrain is run and the next wave begins.

A host that does not go down is reported with what systemd waits for; one that does not come back leaves the run resumable: redeye runs resume RUN goes on from there and does not reboot it again.`
  static override examples = [
    '<%= config.bin %> linux reboot web1 --dry-run',
    '<%= config.bin %> linux reboot web --wave 1 --drain ./out --undrain ./in',
  ]
  static override args = {hosts: hostsArg}
  static override flags = {
    ...waveFlags,
    drain: Flags.string({
      summary: 'Command run here before each host; $REDEYE_HOST names it',
      helpValue: 'CMD',
    }),
    undrain: Flags.string({summary: 'The same, once the host is well again', helpValue: 'CMD'}),
    'hook-timeout': durationFlag({
      summary: 'For each of these commands',
      default: 300_000,
      defaultHelp: async () => '5m',
    }),
    'expect-unit': Flags.string({
      summary: 'Must be active afterwards; besides those that the inventory expects',
      helpValue: 'UNIT',
      multiple: true,
      multipleNonGreedy: true,
    }),
    'down-timeout': durationFlag({
      summary: 'To go down',
      default: 300_000,
      defaultHelp: async () => '5m',
    }),
    'up-timeout': durationFlag({
      summary: 'To be back as it was',
      default: 900_000,
      defaultHelp: async () => '15m',
    }),
    timeout: durationFlag({summary: 'The same as --up-timeout'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(LinuxReboot)
    const [{hostsOf}, {rebootInputOf}] = await Promise.all([
      import('../../lib/cli/linux-hosts.js'),
      import('../../lib/cli/linux-input.js'),
    ])
    const hosts = await hostsOf(args.hosts, flags.inventory, this.at)
    await this.perform('linux.reboot', rebootInputOf(hosts, flags), {...flags, timeout: undefined})
  }
}
