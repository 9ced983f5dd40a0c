import {BaseCommand} from '../../lib/cli/base-command.js'
import {group} from '../../lib/cli/haproxy-flags.js'

export default class HaproxyCheck extends BaseCommand {
  static override summary = 'Ask whether the load balancers can be operated and serve every backend'
  static override description =
    `Exit 0 only if every instance answers with level admin, every backend has a usable server, and the instances agree;
13 when something is wrong, 10 when nothing answers. Never changes anything.`
  static override examples = [
    '<%= config.bin %> haproxy check',
    '<%= config.bin %> haproxy check --json | jq .because',
  ]
  static override flags = {group}

  async run(): Promise<void> {
    const {flags} = await this.parse(HaproxyCheck)
    const target = await this.target('haproxy', flags.group, flags)
    const {askCheck} = await import('../../lib/cli/ask-check.js')
    await askCheck('haproxy.check', {group: target}, flags, this.at)
  }
}
