import {Args, Flags} from '@oclif/core'
import {durationFlag} from './flags.js'

export const hostsArg = Args.string({
  description: 'Hosts or groups of the inventory, or names of the ssh configuration',
  required: true,
  multiple: true,
})

/** How far the clock of a host may be off. */
export const MAX_OFFSET_MS = 500

export const unitArg = Args.string({description: 'Unit; without a suffix it is a .service', required: true})

export const waveFlags = {
  wave: Flags.string({
    summary: 'Hosts at a time; the next ones begin when these are well',
    default: '1',
    helpValue: 'N|N%',
  }),
  pause: durationFlag({
    summary: 'Wait between two waves',
    default: 0,
    defaultHelp: async () => '0s',
  }),
  'max-failures': Flags.integer({
    summary: 'Hosts that may fail before no more are begun',
    default: 0,
    min: 0,
    helpValue: 'N',
  }),
}

export interface WaveFlags {
  wave: string
  pause: number
  'max-failures': number
}

export const hostArg = Args.string({
  description: 'Host of the inventory, or a name of the ssh configuration',
  required: true,
})

export const mountFlag = Flags.string({
  summary: 'Where the disk is mounted',
  default: '/',
  helpValue: 'DIR',
})
