import {Args, Flags} from '@oclif/core'
import {durationFlag} from './flags.js'

export const clusterFlag = Flags.string({
  char: 'c',
  summary: 'Cluster (default: the only one in the inventory)',
  helpValue: 'NAME',
})

export const movesFlags = {
  cluster: clusterFlag,
  'max-lag-bytes': Flags.integer({
    summary: 'Bytes that a candidate may lack',
    default: 1_048_576,
    min: 0,
    helpValue: 'N',
  }),
  'no-cooldown': Flags.boolean({
    summary: 'Do not wait until the candidate may be elected again: likely to stall writes for 5 s and fail',
    default: false,
  }),
  probe: Flags.boolean({
    summary: 'Write, read and delete a key of our own through each new master',
    default: false,
  }),
  timeout: durationFlag({summary: 'How long the old master may take to follow the new one (default: 30s)'}),
}

export const shardArgs = {
  node: Args.string({description: 'Node id (at least 6 hex digits) or HOST:PORT of a master or replica'}),
}

export const shardFlags = {
  slot: Flags.integer({summary: 'The shard that holds this slot, instead of NODE', min: 0, max: 16_383}),
  key: Flags.string({summary: 'The shard that holds this key, instead of NODE'}),
  to: Flags.string({summary: 'The replica that takes over (default: the best one)', helpValue: 'NODE'}),
}

interface MovesFlags {
  'max-lag-bytes': number
  'no-cooldown': boolean
  probe: boolean
  timeout?: number | undefined
}

const FOLLOW_MS = 30_000

export function movesInput(flags: MovesFlags) {
  const {
    'max-lag-bytes': maxLagBytes,
    'no-cooldown': noCooldown,
    probe,
    timeout: timeoutMs = FOLLOW_MS,
  } = flags
  return {maxLagBytes, noCooldown, probe, timeoutMs}
}

/** Here the time limit is part of the input: that of the server for an election is not ours to change. */
export function withoutTimeout<Flags extends MovesFlags>(flags: Flags): Flags {
  return {...flags, timeout: undefined}
}

/** @throws Error when none or several of NODE, --slot and --key are given */
export async function shardInput(
  node: string | undefined,
  flags: {slot?: number | undefined; key?: string | undefined; to?: string | undefined},
) {
  const {UsageError} = await import('./usage-error.js')
  const {keySlot} = await import('../systems/redis/key-slot.js')
  const given = [node, flags.slot, flags.key].filter((one) => one !== undefined)
  if (given.length !== 1) throw new UsageError('name one shard: NODE, --slot N or --key K')
  const slot = flags.key === undefined ? flags.slot : keySlot(flags.key)
  return {node: node ?? null, slot: slot ?? null, to: flags.to ?? null}
}
