import {Flags} from '@oclif/core'
import {durationFlag} from './flags.js'
import {type SelectionFlags, selectionFlags} from './selection-flags.js'

const pace = 'PACE AND LIMITS'

/** Of every command about hosts. */
export const hostFlags = {
  ...selectionFlags,
  'only-failed': Flags.string({summary: 'Those that did not succeed in this run', helpValue: 'RUN'}),
}

/** Hosts that a check signs in to, where --sample does not say otherwise. */
export const PROBES = 20
export const CONNECT_MS = 10_000

/** Of every command that asks hosts themselves. */
export const askFlags = {
  ...hostFlags,
  width: Flags.string({
    summary: 'Hosts at a time: a number or auto',
    default: 'auto',
    helpValue: 'N',
    helpGroup: pace,
  }),
  'connect-timeout': durationFlag({
    summary: 'To connect and sign in',
    default: CONNECT_MS,
    defaultHelp: async () => '10s',
    helpGroup: pace,
  }),
}

export const stableFlag = durationFlag({
  summary: 'How long the unit must stay up to count',
  default: 10_000,
  defaultHelp: async () => '10s',
})

export const serviceFlag = Flags.string({
  summary: 'Unit (default: as the inventory says)',
  helpValue: 'UNIT',
})

/** Of every change of many hosts. */
export const fanOutFlags = {
  ...askFlags,
  probe: Flags.boolean({
    summary: 'Ask every host how it is before you confirm; the plan shows it',
    default: false,
  }),
  waves: Flags.string({
    summary: 'The size of each wave; percent are of all hosts',
    default: '1,10,1%,10%,rest',
    helpValue: 'SIZES',
    helpGroup: pace,
  }),
  'max-failures': Flags.string({
    summary: 'Stop beyond it: hosts, or percent of those tried so far; none in the first wave',
    default: '1%',
    helpValue: 'N|N%',
    helpGroup: pace,
  }),
  'max-unreachable': Flags.string({
    summary: 'The same for hosts that are out of reach',
    default: '20%',
    helpValue: 'N|N%',
    helpGroup: pace,
  }),
  strict: Flags.boolean({
    summary: 'Never more hosts in flight than may still fail',
    default: false,
    helpGroup: pace,
  }),
  soak: durationFlag({
    summary: 'Watch after each wave (default: 60s after the first two, then 30s)',
    helpGroup: pace,
  }),
  gate: Flags.string({
    summary:
      'Command (exit 0), URL (2xx) or Datadog monitor (OK), asked while watching; two bad answers stop the run',
    helpValue: 'CMD|URL|datadog:ID',
    helpGroup: pace,
  }),
  'spread-by': Flags.string({
    summary: 'Hosts with the same value of this label do not all go at once',
    helpValue: 'LABEL',
    helpGroup: pace,
  }),
  'max-out': Flags.string({
    summary: 'At most so many of them are out, over all waves (default: 20%)',
    helpValue: 'N%',
    helpGroup: pace,
    dependsOn: ['spread-by'],
  }),
  order: Flags.option({
    summary: 'In which order their turn comes',
    options: ['random', 'site', 'inventory'] as const,
    default: 'random',
    helpGroup: pace,
  })(),
  'order-seed': Flags.integer({
    summary: 'Repeats an order (default: drawn, and shown in the plan)',
    min: 0,
    helpValue: 'N',
    helpGroup: pace,
  }),
  'retry-unreachable': Flags.integer({
    summary: 'Tries again at the end of the wave',
    default: 1,
    min: 0,
    max: 10,
    helpValue: 'N',
    helpGroup: pace,
  }),
  timeout: durationFlag({summary: 'For one host, from the change to the proof (default: 60s)'}),
}

export interface HostFlags extends SelectionFlags {
  fleet?: string | undefined
  inventory?: string | undefined
  'only-failed'?: string | undefined
}

export interface AskFlags extends HostFlags {
  width: string
  'connect-timeout': number
}

export interface FanOutFlags extends AskFlags {
  probe: boolean
  waves: string
  'max-failures': string
  'max-unreachable': string
  strict: boolean
  soak?: number | undefined
  gate?: string | undefined
  'spread-by'?: string | undefined
  'max-out'?: string | undefined
  order: 'random' | 'site' | 'inventory'
  'order-seed'?: number | undefined
  'retry-unreachable': number
  timeout?: number | undefined
}
