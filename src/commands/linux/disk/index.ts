import {Flags} from '@oclif/core'
import {BaseCommand} from '../../../lib/cli/base-command.js'
import {hostArg, mountFlag} from '../../../lib/cli/linux-flags.js'

export default class LinuxDisk extends BaseCommand {
  static override summary = 'Show what fills a disk'
  static override description =
    'File systems with their inodes, the largest directories and files, and what is deleted but still held open. It reads with the lowest priority and gives up after a while. Changes nothing.'
  static override examples = [
    '<%= config.bin %> linux disk web1',
    '<%= config.bin %> linux disk db1 --mount /var',
  ]
  static override args = {host: hostArg}
  static override flags = {
    mount: mountFlag,
    depth: Flags.integer({summary: 'Levels of directories', default: 3, min: 1, max: 8, helpValue: 'N'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(LinuxDisk)
    const {diskUsage} = await import('../../../lib/cli/linux-disk.js')
    const {lines, json} = await diskUsage(args.host, flags, this.at)
    this.print(lines, json, flags)
  }
}
