import {Args, Flags} from '@oclif/core'
import {durationFlag} from './flags.js'
import {UsageError} from './usage-error.js'

export const vcenterFlag = Flags.string({
  summary: 'vCenter or ESXi host of the inventory (default: the only one, or what GOVC_URL says)',
  helpValue: 'NAME',
})

export const hostArg = Args.string({
  description: 'Name, inventory path, address or MoRef (host-37) of the ESXi host',
  required: true,
})

const percent = (summary: string) => Flags.integer({summary, default: 10, min: 0, max: 90, helpValue: 'PCT'})

/** How VMs are moved: away by evacuate, and back by restore. */
export const movingFlags = {
  vcenter: vcenterFlag,
  parallel: Flags.integer({
    summary: 'Moves at once (default: what the links of the hosts and the limits of vCenter allow)',
    min: 1,
    max: 32,
    helpValue: 'N',
  }),
  'vm-timeout': durationFlag({
    summary: 'How long one move may take once it runs',
    default: 30 * 60_000,
    defaultHelp: async () => '30m',
  }),
  'mem-headroom': percent('Percent of the memory of a target that stays free'),
  'cpu-headroom': percent('Percent of the processors of a target that stays free'),
  'ignore-rule': Flags.string({
    summary: 'A placement rule that does not count this time',
    helpValue: 'NAME',
    multiple: true,
    multipleNonGreedy: true,
  }),
  priority: Flags.option({
    summary: 'Priority of the moves',
    options: ['default', 'high'] as const,
    default: 'default',
  })(),
}

export const settleFlag = durationFlag({
  summary: 'How long the host must stay out of maintenance mode before it counts',
  default: 30_000,
  defaultHelp: async () => '30s',
})

export const evacuateFlags = {
  ...movingFlags,
  target: Flags.string({
    summary: 'Move to this host (default: every host of the cluster that can take VMs)',
    helpValue: 'HOST',
    multiple: true,
    multipleNonGreedy: true,
  }),
  exclude: Flags.string({
    summary: 'Do not move to this host',
    helpValue: 'HOST',
    multiple: true,
    multipleNonGreedy: true,
  }),
  'powered-off': Flags.option({
    summary: 'What happens to powered-off VMs and templates',
    options: ['leave', 'move'] as const,
    default: 'leave',
  })(),
  maintenance: Flags.boolean({
    summary: 'Enter maintenance mode at the end',
    default: true,
    allowNo: true,
  }),
  skip: Flags.string({
    summary: 'A VM that stays; needs --no-maintenance',
    helpValue: 'VM',
    multiple: true,
    multipleNonGreedy: true,
  }),
  stop: Flags.string({
    summary: 'Stop this VM instead of moving it',
    helpValue: 'VM=shutdown|suspend|poweroff',
    multiple: true,
    multipleNonGreedy: true,
  }),
  standalone: Flags.option({
    summary: 'How VMs stop where there is no host to move them to',
    options: ['shutdown', 'suspend', 'poweroff'] as const,
  })(),
  'shutdown-timeout': durationFlag({
    summary: 'How long a guest may take to shut down',
    default: 10 * 60_000,
    defaultHelp: async () => '10m',
  }),
  // biome-ignore lint/suspicious/noThenProperty: the flag is called so, and nobody awaits the flags
  then: Flags.option({
    summary: 'When a guest does not shut down',
    options: ['poweroff', 'suspend', 'fail'] as const,
    default: 'fail',
  })(),
  'disconnect-media': Flags.boolean({
    summary: 'Disconnect CD-ROM and floppy images that would keep a VM here; undo connects them again',
    default: false,
  }),
  vsan: Flags.option({
    summary: 'What happens to vSAN data on the host; must be said where vSAN is on',
    options: ['ensureObjectAccessibility', 'evacuateAllData', 'noAction'] as const,
  })(),
  timeout: durationFlag({
    summary: 'How long entering maintenance mode may take',
    default: 2 * 3_600_000,
    defaultHelp: async () => '2h',
  }),
  stall: durationFlag({
    summary: 'How long nothing may move before it counts as stuck',
    default: 10 * 60_000,
    defaultHelp: async () => '10m',
  }),
  'on-stuck': Flags.option({
    summary: 'When it is stuck (default: ask at a terminal, else cancel)',
    options: ['ask', 'cancel', 'migrate', 'wait'] as const,
    default: 'ask',
  })(),
  'on-vm-failure': Flags.option({
    summary: 'When one VM cannot be moved: still try the others, or not',
    options: ['continue', 'stop'] as const,
    default: 'continue',
  })(),
  'rollback-moves': Flags.boolean({
    summary: 'Undo moves the VMs back too (default: they stay where they are)',
    default: false,
  }),
}

interface MovingFlags {
  parallel?: number | undefined
  'vm-timeout': number
  'mem-headroom': number
  'cpu-headroom': number
  'ignore-rule'?: string[] | undefined
  priority: 'default' | 'high'
}

/** Where nothing is moved. */
export const MOVING_DEFAULTS: MovingFlags = {
  'vm-timeout': 1,
  'mem-headroom': 0,
  'cpu-headroom': 0,
  priority: 'default',
}

export function movingInput(flags: MovingFlags) {
  return {
    parallel: flags.parallel ?? null,
    vmTimeoutMs: flags['vm-timeout'],
    memHeadroom: flags['mem-headroom'],
    cpuHeadroom: flags['cpu-headroom'],
    ignoreRules: flags['ignore-rule'] ?? [],
    priority: flags.priority,
  }
}

type HowToStop = 'shutdown' | 'suspend' | 'poweroff'

interface EvacuateFlags extends MovingFlags {
  target?: string[] | undefined
  exclude?: string[] | undefined
  'powered-off': 'leave' | 'move'
  maintenance: boolean
  skip?: string[] | undefined
  stop?: string[] | undefined
  standalone?: HowToStop | undefined
  'shutdown-timeout': number
  then: 'poweroff' | 'suspend' | 'fail'
  'disconnect-media': boolean
  vsan?: 'ensureObjectAccessibility' | 'evacuateAllData' | 'noAction' | undefined
  timeout: number
  stall: number
  'on-stuck': 'ask' | 'cancel' | 'migrate' | 'wait'
  'on-vm-failure': 'continue' | 'stop'
  'rollback-moves': boolean
}

/** @param interactive somebody can be asked when it is stuck; otherwise the safe answer is to cancel */
export function evacuateInput(flags: EvacuateFlags, interactive: boolean) {
  if (flags.skip?.length && flags.maintenance)
    throw new UsageError(
      '--skip leaves a VM running, and maintenance mode needs all gone: add --no-maintenance',
    )
  return {
    ...movingInput(flags),
    targets: flags.target ?? [],
    exclude: flags.exclude ?? [],
    poweredOff: flags['powered-off'],
    maintenance: flags.maintenance,
    skip: flags.skip ?? [],
    stop: Object.fromEntries((flags.stop ?? []).map(stopOf)),
    standalone: flags.standalone ?? null,
    shutdownTimeoutMs: flags['shutdown-timeout'],
    // biome-ignore lint/suspicious/noThenProperty: the flag is called so, and nobody awaits the input
    then: flags.then,
    disconnectMedia: flags['disconnect-media'],
    vsan: flags.vsan ?? null,
    timeoutMs: flags.timeout,
    stallMs: flags.stall,
    onStuck: flags['on-stuck'] === 'ask' && !interactive ? 'cancel' : flags['on-stuck'],
    onVmFailure: flags['on-vm-failure'],
    rollbackMoves: flags['rollback-moves'],
  }
}

/** `db-01=suspend`; names may hold an equals sign, ways to stop do not. @throws UsageError */
function stopOf(text: string): [string, string] {
  const at = text.lastIndexOf('=')
  const how = text.slice(at + 1)
  if (at < 1 || !['shutdown', 'suspend', 'poweroff'].includes(how))
    throw new UsageError(`--stop ${text}: write VM=shutdown, VM=suspend or VM=poweroff`)
  return [text.slice(0, at), how]
}

/** Here the time limit is part of the input: each VM and each task has its own. */
export function withoutTimeout<Flags extends {timeout?: number | undefined}>(flags: Flags): Flags {
  return {...flags, timeout: undefined}
}
