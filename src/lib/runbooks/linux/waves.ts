import type {HostInput, InWaves} from './input.js'

/** The hosts of each wave; percent are of all of them, rounded up. */
export function wavesOf({hosts, wave}: InWaves): HostInput[][] {
  const size = 'hosts' in wave ? wave.hosts : Math.ceil((hosts.length * wave.percent) / 100)
  const count = Math.ceil(hosts.length / size)
  return Array.from({length: count}, (_, at) => hosts.slice(at * size, (at + 1) * size))
}

/** `2 waves of 1 host; ...` */
export function wavesText(asked: InWaves): string {
  const waves = wavesOf(asked)
  if (waves.length === 1)
    return asked.hosts.length === 1 ? 'one host' : `all ${asked.hosts.length} hosts at once`
  const stop =
    asked.maxFailures === 0
      ? 'the first host that fails ends it'
      : `ends when more than ${asked.maxFailures} fail`
  return `${waves.length} waves, ${waves[0]?.length} at a time; ${stop}`
}
