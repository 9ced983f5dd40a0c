import {Args} from '@oclif/core'
import {scopeFlags, scopeInput} from '../../lib/cli/haproxy-flags.js'
import {RunbookCommand} from '../../lib/cli/runbook-command.js'

export default class HaproxyKillSessions extends RunbookCommand {
  static override summary = 'Cut the sessions left on a drained server; there is no undo'
  static override description =
    `Only on a server that is DRAIN or MAINT: clients of one in rotation would come back to it at once.`
  static override examples = ['<%= config.bin %> haproxy kill-sessions tcpapp/s1']
  static override args = {
    server: Args.string({description: 'BACKEND/SERVER, as in haproxy.cfg', required: true}),
  }
  static override flags = scopeFlags

  async run(): Promise<void> {
    const {args, flags} = await this.parse(HaproxyKillSessions)
    const group = await this.target('haproxy', flags.group, flags)
    const input = {group, server: args.server, ...scopeInput(flags)}
    await this.perform('haproxy.kill-sessions', input, flags)
  }
}
