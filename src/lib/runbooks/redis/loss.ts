import {called, type Known, type Shard} from './facts.js'

/** What the new master lacks, as far as anybody knows. Shown before the confirmation. */
export function lossNotes(
  shard: Shard,
  to: Known,
  lastKnown: {offset: number; atMs: number} | undefined,
  nowMs: number,
): string[] {
  const offset = offsetOf(to)
  const others = shard.replicas
    .filter(({line}) => line.id !== to.line.id)
    .map((replica) => `${called(replica)} has ${offsetOf(replica) ?? 'an unknown offset'}`)
  return [
    lost(to, offset, lastKnown, nowMs),
    ...(others.length > 0 ? [`other replicas: ${others.join(', ')}`] : []),
  ]
}

function lost(
  to: Known,
  offset: number | null,
  lastKnown: {offset: number; atMs: number} | undefined,
  nowMs: number,
): string {
  if (lastKnown === undefined || offset === null)
    return 'what is lost is not known: redeye redis status was never taken here while this node was a master'
  const bytes = lastKnown.offset - offset
  const was = `the master was at ${lastKnown.offset} ${age(nowMs - lastKnown.atMs)} ago, ${called(to)} is at ${offset}`
  return bytes > 0
    ? `at least ${bytes} bytes are lost, and what was written after that look: ${was}`
    : `nothing that was seen is lost, only what was written after that look and not replicated: ${was}`
}

function offsetOf({survey}: Known): number | null {
  const replication = survey.reading?.replication
  return replication?.role === 'replica' ? replication.offset : null
}

function age(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}
