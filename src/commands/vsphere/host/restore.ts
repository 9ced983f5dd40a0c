import {Flags} from '@oclif/core'
import {RunbookCommand} from '../../../lib/cli/runbook-command.js'
import {hostArg, movingFlags, movingInput, settleFlag} from '../../../lib/cli/vsphere-flags.js'

export default class VsphereHostRestore extends RunbookCommand {
  static override summary = 'Leave maintenance mode, and bring back what an evacuation moved or stopped'
  static override description =
    `Looks at what is there now and never replays: a VM that somebody moved on since stays where it is and is named. VMs that the evacuation stopped are started again, in their start order.`
  static override examples = [
    '<%= config.bin %> vsphere host restore esx-07',
    '<%= config.bin %> vsphere host restore esx-07 --move-back --run kfqw',
  ]
  static override args = {host: hostArg}
  static override flags = {
    ...movingFlags,
    run: Flags.string({summary: 'The evacuation (default: the last one of this host)', helpValue: 'RUN'}),
    'move-back': Flags.boolean({summary: 'Move back the VMs that it moved', default: false}),
    'power-on': Flags.boolean({
      summary: 'Start the VMs that it stopped',
      default: true,
      allowNo: true,
    }),
    'undo-exit': Flags.boolean({summary: 'Undo enters maintenance mode again', default: false}),
    settle: settleFlag,
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(VsphereHostRestore)
    const vcenter = await this.target('vsphere', flags.vcenter, flags)
    const {pastEvacuation} = await import('../../../lib/cli/vsphere-history.js')
    const input = {
      vcenter,
      host: args.host,
      ...movingInput(flags),
      ...(await pastEvacuation(vcenter, args.host, flags.run, this.at)),
      moveBack: flags['move-back'],
      powerOn: flags['power-on'],
      undoExit: flags['undo-exit'],
      settleMs: flags.settle,
    }
    await this.perform('vsphere.host.restore', input, flags)
  }
}
