import type {Host} from '../../systems/vsphere/model.js'

/** Migrations that vCenter runs at once per host: 8 with 10 GbE, 4 below [vSphere: limits on simultaneous migrations]. */
const FAST_MB = 10_000
const FAST = 8
const SLOW = 4
/** New arrivals at once, so that one target does not get them all. */
const PER_TARGET = 2
/** Migrations that touch one datastore at once [same]. */
const PER_DATASTORE = 128

export interface Limits {
  /** Lane to the most moves in it at once. */
  lanes: {[lane: string]: number}
  /** Moves at once over all. */
  width: number
  /** Says where the limit comes from. */
  why: string
}

/** What keeps moves within what vCenter runs at once: beyond it they wait in its queue and our timers measure waiting. */
export function limitsOf(
  source: Host,
  targets: readonly Host[],
  datastores: readonly string[],
  parallel: number | null,
): Limits {
  const width = parallel ?? allowed(source)
  const perTarget = (host: Host) =>
    parallel === null ? Math.min(PER_TARGET, allowed(host)) : Math.max(PER_TARGET, parallel)
  return {
    width,
    lanes: {
      [sourceLane(source.ref)]: width,
      ...Object.fromEntries(targets.map((host) => [targetLane(host.ref), perTarget(host)])),
      ...Object.fromEntries(datastores.map((ref) => [datastoreLane(ref), PER_DATASTORE])),
      [VGPU_LANE]: 1,
    },
    why: parallel === null ? linkOf(source) : 'chosen by --parallel',
  }
}

export function sourceLane(host: string): string {
  return `source/${host}`
}

export function targetLane(host: string): string {
  return `target/${host}`
}

export function datastoreLane(datastore: string): string {
  return `datastore/${datastore}`
}

/** VMs with a vGPU stand still for long: one after the other. */
export const VGPU_LANE = 'vgpu'

/** As many as the host's link allows, without those that run already; always one. */
export function allowed(host: Host): number {
  return Math.max(1, (host.vmotionSpeedMb >= FAST_MB ? FAST : SLOW) - host.migrations)
}

function linkOf({vmotionSpeedMb, migrations}: Host): string {
  const link = vmotionSpeedMb > 0 ? `vMotion link ${vmotionSpeedMb / 1000} Gb/s` : 'vMotion link unknown'
  return migrations > 0 ? `${link}, ${migrations} migrations run already` : link
}
