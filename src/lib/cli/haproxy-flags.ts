import {Args, Flags} from '@oclif/core'
import {durationFlag} from './flags.js'
import {UsageError} from './usage-error.js'

export const group = Flags.string({
  char: 'g',
  summary: 'Instances that are changed together (default: the only group in the inventory)',
  helpValue: 'NAME',
})

/** Which instances of the group. */
export const scopeFlags = {
  group,
  instance: Flags.string({
    summary: 'Only this instance; needs --override partial-group',
    helpValue: 'NAME',
    multiple: true,
    multipleNonGreedy: true,
  }),
  'skip-instance': Flags.string({
    summary: 'Without this instance; needs --override partial-group',
    helpValue: 'NAME',
    multiple: true,
    multipleNonGreedy: true,
  }),
}

export const targetFlags = {
  ...scopeFlags,
  address: Flags.string({
    summary: 'Every backend that this machine serves, instead of one BACKEND/SERVER',
    helpValue: 'IP[:PORT]',
  }),
}

export const takeOutFlags = {
  ...targetFlags,
  timeout: durationFlag({
    summary: 'How long the server may take to become idle',
    default: 300_000,
    defaultHelp: async () => '5m',
  }),
  poll: durationFlag({summary: 'Time between two looks', default: 1000, defaultHelp: async () => '1s'}),
  settle: Flags.integer({summary: 'Calm looks in a row that count as idle', default: 3, min: 1}),
  'min-capacity': Flags.integer({
    summary: 'Percent of the configured weight that must stay in rotation',
    default: 50,
    min: 0,
    max: 100,
    helpValue: 'PCT',
  }),
  'on-timeout': Flags.option({
    summary: 'When it does not become idle (default: ask at a terminal, else undo)',
    options: ['ask', 'undo', 'keep', 'kill'] as const,
    default: 'ask',
  })(),
  'keep-agent': Flags.boolean({
    default: false,
    summary: 'Leave the agent check on, although it can undo the drain',
  }),
}

export const serverArg = Args.string({description: 'BACKEND/SERVER, as in haproxy.cfg'})

/** `25` or `25%`. */
export const percentArg = Args.custom<number>({
  async parse(text) {
    const [, digits] = /^(\d{1,3})%?$/.exec(text) ?? []
    if (digits === undefined || Number(digits) > 100)
      throw new UsageError(`'${text}' is not a percentage: write 0 to 100`)
    return Number(digits)
  },
})

interface ScopeFlags {
  instance?: string[] | undefined
  'skip-instance'?: string[] | undefined
}

interface TargetFlags extends ScopeFlags {
  address?: string | undefined
}

/** The part of the input that says which instances; empty lists mean all of them. */
export function scopeInput(flags: ScopeFlags) {
  return {instances: flags.instance ?? [], skip: flags['skip-instance'] ?? []}
}

/** The part of the input that says which servers on which instances. @throws UsageError when it names none, or two */
export function targetInput(server: string | undefined, flags: TargetFlags) {
  if (server === undefined && flags.address === undefined)
    throw new UsageError(
      'say which server: BACKEND/SERVER, or --address IP[:PORT]',
      [],
      ['redeye haproxy status'],
    )
  if (server !== undefined && flags.address !== undefined)
    throw new UsageError(
      `say either ${server} or --address ${flags.address}: together they could mean two things`,
    )
  return {
    ...scopeInput(flags),
    server: server ?? null,
    address: flags.address ?? null,
  }
}

interface TakeOutFlags extends TargetFlags {
  timeout: number
  poll: number
  settle: number
  'min-capacity': number
  'on-timeout': 'ask' | 'undo' | 'keep' | 'kill'
  'keep-agent': boolean
}

/** @param interactive somebody can be asked when the time is up; otherwise the safe answer is to undo */
export function takeOutInput(server: string | undefined, flags: TakeOutFlags, interactive: boolean) {
  return {
    ...targetInput(server, flags),
    timeoutMs: flags.timeout,
    pollMs: flags.poll,
    settle: flags.settle,
    minCapacity: flags['min-capacity'],
    onTimeout: flags['on-timeout'] === 'ask' && !interactive ? 'undo' : flags['on-timeout'],
    keepAgent: flags['keep-agent'],
  }
}
