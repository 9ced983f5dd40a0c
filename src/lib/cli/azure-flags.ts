import {Args, Flags} from '@oclif/core'
import {durationFlag} from './flags.js'
import {UsageError} from './usage-error.js'

export const accountFlags = {
  target: Flags.string({
    char: 't',
    summary: 'Azure target of the inventory (default: the only one, or AZURE_SUBSCRIPTION_ID)',
    helpValue: 'NAME',
  }),
  subscription: Flags.string({summary: 'Another subscription than that of the target', helpValue: 'ID'}),
}

export const groupFlag = {
  group: Flags.string({
    char: 'g',
    summary: 'Resource group (default: that of the target, or wherever the name is)',
    helpValue: 'NAME',
  }),
}

export const setArg = Args.string({
  description: 'Name of the scale set, or its whole resource id',
  required: true,
})

export const vmArg = Args.string({description: 'Name of the VM, or its whole resource id', required: true})

/** How long the things of Azure may take. */
export const patienceFlags = {
  timeout: durationFlag({
    summary: 'How long the operation of Azure may take',
    default: 30 * 60_000,
    defaultHelp: async () => '30m',
  }),
  'busy-wait': durationFlag({
    summary: 'How long another operation may be in the way',
    default: 5 * 60_000,
    defaultHelp: async () => '5m',
  }),
  'busy-every': durationFlag({
    summary: 'Between two tries while another operation is in the way',
    default: 15_000,
    defaultHelp: async () => '15s',
  }),
  'log-wait': durationFlag({
    summary: 'How late the Activity Log may be, where an answer was lost',
    default: 5 * 60_000,
    defaultHelp: async () => '5m',
  }),
}

export const agentWaitFlag = {
  'agent-wait': durationFlag({
    summary: 'How long the guest agent, and health, may take afterwards',
    default: 15 * 60_000,
    defaultHelp: async () => '15m',
  }),
}

export const vmFlags = {
  ...accountFlags,
  ...groupFlag,
  ...patienceFlags,
  proof: Flags.option({
    summary: 'How a restart is proven (default: by boot id where it can be read)',
    options: ['auto', 'boot-id', 'agent'] as const,
    default: 'auto',
  })(),
  agent: Flags.boolean({
    summary: 'Wait until the guest agent is ready',
    default: true,
    allowNo: true,
  }),
  ...agentWaitFlag,
  settle: durationFlag({
    summary: 'How long the old boot id is looked at again before it counts',
    default: 60_000,
    defaultHelp: async () => '1m',
  }),
}

export const capacityFlags = {
  'capacity-wait': durationFlag({
    summary: 'How long a start is tried again where Azure has no capacity',
    default: 20 * 60_000,
    defaultHelp: async () => '20m',
  }),
  'capacity-every': durationFlag({
    summary: 'Between two tries of a start without capacity',
    default: 120_000,
    defaultHelp: async () => '2m',
  }),
}

/** `80%`, as a number. */
export const percentFlag = Flags.custom<number>({
  helpValue: 'PCT',
  async parse(text) {
    const percent = Number(/^(\d{1,3})%?$/.exec(text)?.[1])
    if (!(percent <= 100)) throw new UsageError(`'${text}' is not a share: write 80%`)
    return percent
  },
})

interface PatienceFlags {
  timeout: number
  'busy-wait': number
  'busy-every': number
  'log-wait': number
  'agent-wait'?: number
  settle?: number
}

export function patienceInput(flags: PatienceFlags) {
  return {
    operationMs: flags.timeout,
    busyMs: flags['busy-wait'],
    busyEveryMs: flags['busy-every'],
    logMs: flags['log-wait'],
    agentMs: flags['agent-wait'] ?? 15 * 60_000,
    settleMs: flags.settle ?? 60_000,
  }
}

/** Here the time limit is part of the input: what is added to it is about Azure. */
export function withoutTimeout<Flags extends {timeout: number}>(flags: Flags): Omit<Flags, 'timeout'> {
  const {timeout: _, ...rest} = flags
  return rest
}
