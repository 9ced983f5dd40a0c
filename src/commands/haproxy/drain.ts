import {Flags} from '@oclif/core'
import {serverArg, takeOutFlags, takeOutInput} from '../../lib/cli/haproxy-flags.js'
import {RunbookCommand} from '../../lib/cli/runbook-command.js'

export default class HaproxyDrain extends RunbookCommand {
  static override summary = 'Take a server out of rotation and wait until it is really idle'
  static override description =
    `Sets the server DRAIN on every instance of the group, one after the other, and waits until no session is
left and no request arrives any more. Refuses to take the last usable server, or too much of the weight.
Undo: redeye runs undo RUN, or redeye haproxy ready BACKEND/SERVER.`
  static override examples = [
    {description: 'See what would happen', command: '<%= config.bin %> haproxy drain app/s2 --dry-run'},
    {
      description: 'Take a machine out of every backend, into maintenance',
      command: '<%= config.bin %> haproxy drain --address 10.0.0.2 --then maint',
    },
  ]
  static override args = {server: serverArg}
  static override flags = {
    ...takeOutFlags,
    // biome-ignore lint/suspicious/noThenProperty: the flag is --then, and nobody awaits this object
    then: Flags.option({
      summary: 'Where to leave the server once it is idle',
      options: ['none', 'maint'] as const,
      default: 'none',
    })(),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(HaproxyDrain)
    const group = await this.target('haproxy', flags.group, flags)
    const input = {
      group,
      ...takeOutInput(args.server, flags, this.at.interactive),
      end: flags.then === 'maint' ? 'maint' : 'drain',
    }
    // Here --timeout is how long the server may take to become idle; changes are seen at once or not at all.
    await this.perform('haproxy.drain', input, {...flags, timeout: undefined})
  }
}
