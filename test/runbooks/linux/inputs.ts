import type {HostInput} from '../../../src/lib/runbooks/linux/input.js'
import type {RestartInput} from '../../../src/lib/runbooks/linux/restart-input.js'

/** Hosts that belong together, as the command makes them of a group. */
export function hostsNamed(...names: string[]): HostInput[] {
  return names.map((name) => ({name, group: 'some', peers: names.filter((one) => one !== name)}))
}

/** A host that belongs to nobody. */
export function alone(name: string): HostInput {
  return {name, group: '', peers: []}
}

/** What the command makes of its default flags, without the soak. */
export function restartOf(
  unit: string,
  hosts: HostInput[],
  more: Partial<Omit<RestartInput, 'settings'>> & {
    settings?: Partial<RestartInput['settings'][string]>
  } = {},
): RestartInput {
  const {settings, ...rest} = more
  return {
    unit: `${unit}.service`,
    hosts,
    wave: {hosts: 1},
    pauseMs: 0,
    maxFailures: 0,
    settings: Object.fromEntries(
      hosts.map(({name}) => [name, {protect: [], configTest: [], ownTest: false, probe: null, ...settings}]),
    ),
    soakMs: 0,
    timeoutMs: null,
    daemonReload: false,
    ...rest,
  }
}
