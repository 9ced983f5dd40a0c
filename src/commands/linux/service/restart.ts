import {Flags} from '@oclif/core'
import {durationFlag} from '../../../lib/cli/flags.js'
import {hostsArg, unitArg, waveFlags} from '../../../lib/cli/linux-flags.js'
import {RunbookCommand} from '../../../lib/cli/runbook-command.js'

export default class LinuxServiceRestart extends RunbookCommand {
  static override summary = 'Restart a unit on hosts, and prove that it stays up'
  static override description =
    `A host counts once the unit runs under another invocation, stays up, listens where it did before and, with --probe, answers. The exit code of systemctl proves nothing: a unit that crashes a moment later has started.

A restart has no undo. A killed run is resumed without restarting any host twice.`
  static override examples = [
    '<%= config.bin %> linux service restart nginx web1',
    '<%= config.bin %> linux service restart app web --wave 25% --probe tcp:8080',
  ]
  static override args = {unit: unitArg, hosts: hostsArg}
  static override flags = {
    ...waveFlags,
    soak: durationFlag({
      summary: 'How long it must stay up to count',
      default: 10_000,
      defaultHelp: async () => '10s',
    }),
    probe: Flags.string({
      summary: 'Asked on the host afterwards: tcp:PORT, http://URL or cmd:COMMAND',
      helpValue: 'PROBE',
    }),
    'daemon-reload': Flags.boolean({
      summary: 'Let systemd read changed unit files first',
      default: false,
    }),
    timeout: durationFlag({summary: 'For one host (default: as long as the unit may take, and 30s)'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(LinuxServiceRestart)
    const [{hostsOf}, {restartInputOf}] = await Promise.all([
      import('../../../lib/cli/linux-hosts.js'),
      import('../../../lib/cli/linux-input.js'),
    ])
    const hosts = await hostsOf(args.hosts, flags.inventory, this.at)
    const input = restartInputOf(args.unit, hosts, flags)
    await this.perform('linux.service.restart', input, {...flags, timeout: undefined})
  }
}
