import {Flags} from '@oclif/core'
import {durationFlag} from '../../lib/cli/flags.js'
import {serverArg, targetFlags, targetInput} from '../../lib/cli/haproxy-flags.js'
import {RunbookCommand} from '../../lib/cli/runbook-command.js'

export default class HaproxyReady extends RunbookCommand {
  static override summary = 'Put a server back into rotation once HAProxy has seen it healthy'
  static override description =
    `Leaves MAINT by way of DRAIN, waits until the checks of HAProxy itself pass, sets it ready, switches on the agent
check that redeye switched off, and watches the server serve. If anything is wrong it goes back to where it was.`
  static override examples = [
    '<%= config.bin %> haproxy ready app/s2',
    '<%= config.bin %> haproxy ready app/s2 --probe http://10.0.0.2:8080/health',
  ]
  static override args = {server: serverArg}
  static override flags = {
    ...targetFlags,
    'no-health': Flags.boolean({default: false, summary: 'Do not wait for health checks'}),
    'health-timeout': durationFlag({
      summary: 'How long its checks may take to pass',
      default: 60_000,
      defaultHelp: async () => '60s',
    }),
    probe: Flags.string({summary: 'Also ask this URL from here and expect 2xx', helpValue: 'URL'}),
    watch: durationFlag({
      summary: 'How long to watch it serve',
      default: 10_000,
      defaultHelp: async () => '10s',
    }),
    'enable-agent': Flags.boolean({
      default: false,
      summary: 'Switch its agent check on, even if redeye did not switch it off',
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(HaproxyReady)
    const group = await this.target('haproxy', flags.group, flags)
    const {agentsToEnable} = await import('../../lib/cli/haproxy-agents.js')
    const target = targetInput(args.server, flags)
    const input = {
      group,
      ...target,
      noHealth: flags['no-health'],
      healthTimeoutMs: flags['health-timeout'],
      probe: flags.probe ?? null,
      watchMs: flags.watch,
      ...(await agentsToEnable(group, flags['enable-agent'], this.at)),
    }
    await this.perform('haproxy.ready', input, flags)
  }
}
