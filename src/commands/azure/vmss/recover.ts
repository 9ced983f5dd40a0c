import {Flags} from '@oclif/core'
import {
  accountFlags,
  agentWaitFlag,
  groupFlag,
  patienceFlags,
  patienceInput,
  percentFlag,
  setArg,
  withoutTimeout,
} from '../../../lib/cli/azure-flags.js'
import {placeOf} from '../../../lib/cli/azure-place.js'
import {RunbookCommand} from '../../../lib/cli/runbook-command.js'

export default class AzureVmssRecover extends RunbookCommand {
  static override summary = 'Restart, redeploy or reimage instances of a scale set'
  static override description =
    `Batch by batch; each instance runs again, is healthy, and its agent has reported, before the next batch begins. Flexible sets go through the calls for VMs.

There is no undo: reimage resets the OS disk.`
  static override examples = [
    '<%= config.bin %> azure vmss recover front --instance 3,4 --dry-run',
    '<%= config.bin %> azure vmss recover front --instance 3,4,5 --batch 2 --method redeploy',
  ]
  static override args = {set: setArg}
  static override flags = {
    ...accountFlags,
    ...groupFlag,
    ...patienceFlags,
    ...agentWaitFlag,
    instance: Flags.string({
      summary: 'Instances, as Azure numbers them; names of VMs in a flexible set',
      helpValue: 'ID,...',
      required: true,
      multiple: true,
      multipleNonGreedy: true,
    }),
    method: Flags.option({
      summary: 'What is done',
      options: ['restart', 'reimage', 'redeploy'] as const,
      default: 'restart',
    })(),
    batch: Flags.integer({summary: 'Instances at a time', default: 1, min: 1, helpValue: 'N'}),
    'max-errors': Flags.integer({
      summary: 'Batches (of a flexible set: VMs) that may fail before it stops',
      default: 0,
      min: 0,
      helpValue: 'N',
    }),
    'min-healthy': percentFlag({
      summary: 'Of all instances, how many stay healthy meanwhile',
      default: 80,
      defaultHelp: async () => '80%',
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(AzureVmssRecover)
    const target = await this.target('azure', flags.target, flags)
    const {name, ...place} = await placeOf(args.set, 'virtualMachineScaleSets', target, flags, this.at)
    const input = {
      ...place,
      ...patienceInput(flags),
      set: name,
      instances: flags.instance.flatMap((one) => one.split(',').filter(Boolean)),
      method: flags.method,
      batch: flags.batch,
      maxErrors: flags['max-errors'],
      minHealthy: flags['min-healthy'],
    }
    await this.perform('azure.vmss.recover', input, withoutTimeout(flags))
  }
}
