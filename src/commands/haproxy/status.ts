import {Args} from '@oclif/core'
import {BaseCommand} from '../../lib/cli/base-command.js'
import {group} from '../../lib/cli/haproxy-flags.js'

export default class HaproxyStatus extends BaseCommand {
  static override summary = 'Show every server on all instances, and where the instances differ'
  static override examples = [
    '<%= config.bin %> haproxy status app',
    "<%= config.bin %> haproxy status --json | jq '.disagreements'",
  ]
  static override args = {what: Args.string({description: 'BACKEND or BACKEND/SERVER (default: all)'})}
  static override flags = {group}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(HaproxyStatus)
    const target = await this.target('haproxy', flags.group, flags)
    const {haproxyStatus} = await import('../../lib/cli/haproxy-status.js')
    const {lines, json} = await haproxyStatus(target, args.what ?? '', flags, this.at)
    this.print(lines, json, flags)
  }
}
