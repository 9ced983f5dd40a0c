import {Flags} from '@oclif/core'
import {serverArg, takeOutFlags, takeOutInput, targetInput} from '../../lib/cli/haproxy-flags.js'
import {RunbookCommand} from '../../lib/cli/runbook-command.js'

export default class HaproxyMaint extends RunbookCommand {
  static override summary = 'Put a server into maintenance, by way of a drain'
  static override description =
    `Like 'haproxy drain --then maint'. With --now it does not wait: requests in flight may fail, bound clients move
at once, open sessions stay, and the health checks of the server stop.`
  static override examples = [
    '<%= config.bin %> haproxy maint app/s2',
    '<%= config.bin %> haproxy maint app/s2 --now --confirm app/s2',
  ]
  static override args = {server: serverArg}
  static override flags = {
    ...takeOutFlags,
    now: Flags.boolean({default: false, summary: 'Do not wait until it is idle'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(HaproxyMaint)
    const group = await this.target('haproxy', flags.group, flags)
    // Here --timeout is how long the server may take to become idle; changes are seen at once or not at all.
    const asked = {...flags, timeout: undefined}
    if (flags.now) {
      const input = {group, ...targetInput(args.server, flags), minCapacity: flags['min-capacity']}
      return await this.perform('haproxy.maint-now', input, asked)
    }
    const input = {group, ...takeOutInput(args.server, flags, this.at.interactive), end: 'maint'}
    await this.perform('haproxy.drain', input, asked)
  }
}
