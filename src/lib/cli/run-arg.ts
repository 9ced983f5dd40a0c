import {Args} from '@oclif/core'
import {UsageError} from './usage-error.js'

export const runArg = Args.string({description: 'Run id, or a part of it that only it has', required: true})

export const onlyRunArg = Args.string({
  description: 'Run id, or a part of it that only it has (default: the only one under way)',
})

const WIDEST = 10_000

/** oclif's own integer throws what reads as a bug of ours. */
export const widthArg = Args.custom<number>({
  description: 'Steps in flight',
  async parse(text) {
    const width = /^\d{1,5}$/.test(text) ? Number(text) : 0
    if (width < 1 || width > WIDEST) throw new UsageError(`'${text}' is no width: write 1 to ${WIDEST}`)
    return width
  },
})
