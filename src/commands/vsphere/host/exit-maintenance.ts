import {RunbookCommand} from '../../../lib/cli/runbook-command.js'
import {
  hostArg,
  MOVING_DEFAULTS,
  movingFlags,
  movingInput,
  settleFlag,
} from '../../../lib/cli/vsphere-flags.js'

export default class VsphereHostExitMaintenance extends RunbookCommand {
  static override summary = 'Leave maintenance mode and nothing more: no VM is moved or started'
  // What oclif makes of it is wider than a terminal.
  static override usage = 'vsphere host exit-maintenance HOST [--vcenter NAME] [FLAGS]'
  static override examples = ['<%= config.bin %> vsphere host exit-maintenance esx-07']
  static override args = {host: hostArg}
  static override flags = {vcenter: movingFlags.vcenter, settle: settleFlag}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(VsphereHostExitMaintenance)
    const vcenter = await this.target('vsphere', flags.vcenter, flags)
    const {pastEvacuation} = await import('../../../lib/cli/vsphere-history.js')
    const {run, entered} = await pastEvacuation(vcenter, args.host, undefined, this.at)
    const input = {
      vcenter,
      host: args.host,
      ...movingInput(MOVING_DEFAULTS),
      run,
      entered,
      moved: [],
      stopped: [],
      moveBack: false,
      powerOn: false,
      undoExit: false,
      settleMs: flags.settle,
    }
    await this.perform('vsphere.host.restore', input, flags)
  }
}
