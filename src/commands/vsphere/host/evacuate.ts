import {RunbookCommand} from '../../../lib/cli/runbook-command.js'
import {evacuateFlags, evacuateInput, hostArg, withoutTimeout} from '../../../lib/cli/vsphere-flags.js'

export default class VsphereHostEvacuate extends RunbookCommand {
  static override summary = 'Move or stop every running VM of an ESXi host and enter maintenance mode'
  static override description =
    `Where DRS is fully automatic it moves the VMs; elsewhere redeye plans and moves them one by one, and on an ESXi host by itself they are stopped as --standalone says. The plan names a target and a reason for each VM. Success is where the VMs run and what the host says of itself, never the end of a task.

Undo: running moves are cancelled and the host leaves maintenance mode; VMs that were moved stay unless --rollback-moves, VMs that were stopped are started again.`
  static override examples = [
    '<%= config.bin %> vsphere host evacuate esx-07 --dry-run',
    '<%= config.bin %> vsphere host evacuate esx-07 --stop scan-01=shutdown',
    '<%= config.bin %> vsphere host evacuate esx-alone --standalone shutdown --then poweroff',
  ]
  static override args = {host: hostArg}
  static override flags = evacuateFlags

  async run(): Promise<void> {
    const {args, flags} = await this.parse(VsphereHostEvacuate)
    const vcenter = await this.target('vsphere', flags.vcenter, flags)
    const {whoAsks} = await import('../../../lib/cli/vsphere-origin.js')
    const input = evacuateInput(flags, this.at.interactive)
    const origin = await whoAsks(vcenter, flags, this.at)
    await this.perform(
      'vsphere.host.evacuate',
      {vcenter, host: args.host, ...input, ...origin},
      withoutTimeout(flags),
    )
  }
}
