import {Args, Flags} from '@oclif/core'
import {BaseCommand} from '../../lib/cli/base-command.js'

const PARTS = ['haproxy', 'redis', 'vsphere', 'receivers', 'azure', 'aws', 'ssh'] as const

export default class LabInstall extends BaseCommand {
  static override summary = 'Install the Debian packages that the lab needs, when root'
  static override args = {
    part: Args.string({description: 'Which part (default: all that lab up starts)', options: [...PARTS]}),
  }
  static override flags = {
    'dry-run': Flags.boolean({default: false, summary: 'Only say what is missing and what would be run'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(LabInstall)
    const {labInstallCommand} = await import('../../lib/cli/lab/install.js')
    const part = PARTS.find((one) => one === args.part)
    const {lines, json} = await labInstallCommand(part, flags['dry-run'], this.at)
    this.print(lines, json, flags)
  }
}
