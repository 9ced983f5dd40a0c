import {parseLines} from '../receivers/unit-state.js'
import type {UnitState} from './unit-state.js'

/** @returns undefined when the text is no answer of systemctl show: another shell, a banner, garbage */
export function parseUnit(text: string): UnitState | undefined {
  const fields = parseLines(text)
  const word = (key: string) => fields.get(key) ?? ''
  const [load, active, invocation] = [word('LoadState'), word('ActiveState'), word('InvocationID')]
  if (!/^[a-z-]+$/.test(load) || !/^[a-z-]+$/.test(active) || !/^[0-9a-f]{0,32}$/.test(invocation))
    return undefined
  return {
    id: word('Id'),
    load,
    active,
    sub: word('SubState'),
    result: word('Result'),
    type: word('Type'),
    remains: word('RemainAfterExit') === 'yes',
    pid: count(word('MainPID')),
    exitCode: EXITS[word('ExecMainCode')] ?? '',
    exitStatus: count(word('ExecMainStatus')),
    restarts: count(word('NRestarts')),
    invocation,
    enabled: word('UnitFileState'),
    needsReload: word('NeedDaemonReload') === 'yes',
    refusesStop: word('RefuseManualStop') === 'yes',
    refusesStart: word('RefuseManualStart') === 'yes',
    job: /^[1-9]\d*$/.test(word('Job')) ? word('Job') : '',
    triggeredBy: word('TriggeredBy').split(' ').filter(Boolean),
    stopMs: spanMs(word('TimeoutStopUSec')),
    startMs: spanMs(word('TimeoutStartUSec')),
    since: word('StateChangeTimestamp'),
    memoryBytes: /^\d{1,15}$/.test(word('MemoryCurrent')) ? Number(word('MemoryCurrent')) : null,
  }
}

/** CLD_EXITED, CLD_KILLED, CLD_DUMPED of waitid(2), which systemd prints as they are. */
const EXITS: Readonly<Record<string, string>> = {'1': 'exited', '2': 'killed', '3': 'dumped'}

function count(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : 0
}

const UNITS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** `1min 30s`, `infinity`; systemd.time(7). Null for ever, and for what is none of it. */
export function spanMs(text: string): number | null {
  if (!/^(\d+(\.\d+)?(us|ms|s|min|h|d|w) ?)+$/.test(text)) return text === '0' ? 0 : null
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|min|h|d|w)/g)
  return [...parts].reduce((sum, [, number, unit]) => sum + Number(number) * (UNITS[unit ?? ''] ?? 0), 0)
}
