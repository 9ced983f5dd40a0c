import type {Outcome} from '../../engine/outcome.js'

/** Targets that answer otherwise than in the round before: `redis/flights: ok -> no`. */
export function flips(before: Outcome, now: Outcome): string[] {
  const was = new Map(before.targets?.map(({target, answer}) => [target, answer]))
  return (now.targets ?? []).flatMap(({target, answer}) => {
    const then = was.get(target)
    return then === undefined || then === answer ? [] : [`changed: ${target}: ${then} -> ${answer}`]
  })
}
