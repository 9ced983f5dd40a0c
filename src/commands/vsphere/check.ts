import {Flags} from '@oclif/core'
import {BaseCommand} from '../../lib/cli/base-command.js'
import {vcenterFlag} from '../../lib/cli/vsphere-flags.js'

export default class VsphereCheck extends BaseCommand {
  static override summary = 'Ask whether vCenter could be operated now: sign-in, clock, privileges, one sweep'
  static override description =
    `Exit 0 only if signing in works, the clocks agree, the user has the privileges that are needed and every host is connected; 13 otherwise, 10 when nothing answers. Never changes anything.`
  static override examples = ['<%= config.bin %> vsphere check --need evacuate --json | jq .because']
  static override flags = {
    vcenter: vcenterFlag,
    need: Flags.option({
      summary: 'What the user must be allowed to do',
      options: ['evacuate', 'read'] as const,
      default: 'read',
    })(),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(VsphereCheck)
    const vcenter = await this.target('vsphere', flags.vcenter, flags)
    const {askCheck} = await import('../../lib/cli/ask-check.js')
    await askCheck('vsphere.check', {vcenter, need: flags.need}, flags, this.at)
  }
}
