/** What systemd says of a unit; plain JSON. systemd(1), org.freedesktop.systemd1(5). */
export type UnitState = {
  id: string
  /** `loaded`, `not-found`, `masked`, `error`, `bad-setting`. */
  load: string
  /** `active`, `failed`, `activating` ... */
  active: string
  sub: string
  /** Why it last ended: `success`, `exit-code`, `signal`, `timeout`, `start-limit-hit` ... */
  result: string
  type: string
  remains: boolean
  pid: number
  exitCode: string
  exitStatus: number
  /** Starts by systemd itself since the last one that was asked for. */
  restarts: number
  /** Another one after every start; empty when it never ran. */
  invocation: string
  enabled: string
  /** Its files were changed since systemd read them. */
  needsReload: boolean
  refusesStop: boolean
  refusesStart: boolean
  /** A job of systemd waits or runs for it. */
  job: string
  triggeredBy: string[]
  /** How long a stop and a start may take; null: for ever. */
  stopMs: number | null
  startMs: number | null
  /** `Mon 2026-11-30 13:12:35 UTC`; empty when never. */
  since: string
  memoryBytes: number | null
}

/** Of those that systemctl(1) prints; the ones that a version does not know are absent from the answer. */
export const UNIT_PROPERTIES = [
  'Id',
  'LoadState',
  'ActiveState',
  'SubState',
  'Result',
  'Type',
  'RemainAfterExit',
  'MainPID',
  'ExecMainCode',
  'ExecMainStatus',
  'NRestarts',
  'InvocationID',
  'UnitFileState',
  'NeedDaemonReload',
  'RefuseManualStop',
  'RefuseManualStart',
  'Job',
  'TriggeredBy',
  'TimeoutStopUSec',
  'TimeoutStartUSec',
  'StateChangeTimestamp',
  'MemoryCurrent',
].join(',')
