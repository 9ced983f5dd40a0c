/** How long things take; 0 unless said. */
export interface Pace {
  stopMs: number
  startMs: number
  /** After `startMs`, or after a reboot, the checks are `initializing` for so long. */
  initializingMs: number
}

export type CheckState = 'ok' | 'impaired' | 'insufficient-data'

export interface LifeEvent {
  code: 'instance-stop' | 'instance-retirement' | 'instance-reboot' | 'system-reboot' | 'system-maintenance'
  description: string
  /** ISO 8601. */
  notBefore: string
}

/** Of one instance, beside what the simulator knows. */
export interface Life {
  /** Those that are not there are ok. */
  checks: {system?: CheckState; instance?: CheckState; ebs?: CheckState}
  /** ISO 8601: since when. */
  impairedSince: string
  /** What takes failed checks and events away. */
  heals: 'reboot' | 'stop-start' | 'either' | 'nothing'
  events: LifeEvent[]
  /** The next stop hangs in `stopping` until one with Force comes. */
  stuckStopping: 'no' | 'next' | 'now'
  /** The next start ends in `stopped` with this reason. */
  fallsBack?: {code: string; message: string}
  /** Why it is stopped. */
  reason?: {code: string; message: string}
  /** A reboot is accepted, and nothing happens. */
  ignoresReboot: boolean
  /** Elements of the instance to show, by name: `instanceLifecycle`, `rootDeviceType`. */
  looks: Record<string, string>
  /** A dedicated host. */
  hostId?: string

  shown?: {state: 'stopping' | 'pending'; untilMs: number}
  launchedMs?: number
  boots: number
  bootedMs: number
  initializingUntilMs: number
}

const LONG_AGO = Date.parse('2026-01-01T00:00:00Z')

export function newLife(): Life {
  return {
    checks: {},
    impairedSince: '2026-01-02T03:00:00Z',
    heals: 'either',
    events: [],
    stuckStopping: 'no',
    ignoresReboot: false,
    looks: {},
    boots: 1,
    bootedMs: LONG_AGO,
    initializingUntilMs: 0,
  }
}
