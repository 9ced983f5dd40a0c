import {Args} from '@oclif/core'
import {percentArg, scopeFlags, scopeInput} from '../../lib/cli/haproxy-flags.js'
import {RunbookCommand} from '../../lib/cli/runbook-command.js'

export default class HaproxyWeight extends RunbookCommand {
  static override summary = 'Set the share of its configured weight that a server gets'
  static override description =
    `For a canary, or to shed part of the load. HAProxy rounds down: half of weight 1 is 0, which is refused unless you
ask for 0.`
  static override examples = ['<%= config.bin %> haproxy weight app/s2 25']
  static override args = {
    server: Args.string({description: 'BACKEND/SERVER, as in haproxy.cfg', required: true}),
    percent: percentArg({description: 'Percent of the configured weight, 0 to 100', required: true}),
  }
  static override flags = scopeFlags

  async run(): Promise<void> {
    const {args, flags} = await this.parse(HaproxyWeight)
    const group = await this.target('haproxy', flags.group, flags)
    const {server, percent} = args
    const input = {group, server, percent, ...scopeInput(flags)}
    await this.perform('haproxy.weight', input, flags)
  }
}
