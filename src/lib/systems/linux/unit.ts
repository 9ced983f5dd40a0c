import {notAllowed} from '../receivers/said.js'
import {parseLines} from '../receivers/unit-state.js'
import {lastWords, oddAnswer} from './asking.js'
import type {LinuxHost, LinuxRunResult} from './host.js'
import {parseUnit} from './parse-unit.js'
import {
  configTestCommand,
  daemonReloadCommand,
  journalCommand,
  lookCommand,
  resetFailedCommand,
  restartCommand,
  surveyCommand,
  waitCommand,
} from './unit-scripts.js'
import type {UnitState} from './unit-state.js'

/** What is known of a unit before it is touched. */
export type UnitSurvey = {
  unit: UnitState
  /** Name of the process with the id 1; empty where it could not be read. */
  init: string
  user: string
  /** Active units that stop or restart with it. */
  dependents: string[]
  /** Command lines that sudo does not let this user run. */
  denied: string[]
  /** We would cut the branch that we sit on: our own session is part of it. */
  ours: boolean
  load: number
  diskPercent: number | null
}

/** One round trip. @throws RemoteError */
export async function surveyUnit(host: LinuxHost, unit: string, signal: AbortSignal): Promise<UnitSurvey> {
  const result = await host.run(surveyCommand(unit), {signal, timeoutMs: 20_000})
  const fields = parseLines(result.stdout)
  const init = fields.get('Init') ?? ''
  const state = parseUnit(result.stdout) ?? (init !== '' && init !== 'systemd' ? NO_UNIT : undefined)
  if (!state) throw oddAnswer(host.name, result)
  const all = (key: string) => valuesOf(result.stdout, key)
  return {
    unit: state,
    init,
    user: fields.get('User') ?? '',
    dependents: all('Dependent').flatMap((line) => {
      const [name = '', active] = line.split(' ')
      return active === 'active' && !name.endsWith('.target') ? [name] : []
    }),
    denied: all('Denied'),
    ours: (fields.get('Own') ?? '').includes(`/${state.id}`),
    load: Number(fields.get('Load')) || 0,
    diskPercent: /^\d+$/.test(fields.get('DiskUsedPercent') ?? '')
      ? Number(fields.get('DiskUsedPercent'))
      : null,
  }
}

/** `boot` tells boots apart; `ports` are those it listens on, as far as we may see that. */
export type Look = {unit: UnitState; boot: string; ports: number[]; heldSec: number}

export async function lookAt(host: LinuxHost, unit: string, signal: AbortSignal): Promise<Look> {
  return lookIn(host, await host.run(lookCommand(unit), {signal, timeoutMs: 20_000}))
}

/** Resolves once systemd has answered, whatever it said. `lost` when it does not within the limit. */
export async function restartUnit(
  host: LinuxHost,
  unit: string,
  limit: {signal: AbortSignal; timeoutMs: number},
): Promise<Said> {
  return said(await host.run(restartCommand(unit, limit.timeoutMs / 1000), limit))
}

export async function resetFailed(host: LinuxHost, unit: string, signal: AbortSignal): Promise<Said> {
  return said(await host.run(resetFailedCommand(unit), {signal, timeoutMs: 20_000}))
}

export async function daemonReload(host: LinuxHost, signal: AbortSignal): Promise<Said> {
  return said(await host.run(daemonReloadCommand(), {signal, timeoutMs: 70_000}))
}

/**
 * Waits on the host until the unit has been up for `holdSec` under another invocation, has failed, or `limitSec` are over; one
 * round trip. @throws RemoteError
 */
export async function waitForUnit(
  host: LinuxHost,
  unit: string,
  wait: {invocation: string; holdSec: number; limitSec: number},
  signal: AbortSignal,
): Promise<Look> {
  const command = waitCommand(unit, wait.invocation, wait.holdSec, wait.limitSec)
  return lookIn(host, await host.run(command, {signal, timeoutMs: (wait.limitSec + 20) * 1000}))
}

/** The last lines that this start of a unit left in the journal; none where we may not read it. */
export async function journalOf(
  host: LinuxHost,
  invocation: string,
  lines: number,
  signal: AbortSignal,
): Promise<string[]> {
  if (invocation === '') return []
  const {stdout} = await host.run(journalCommand(invocation, lines), {signal, timeoutMs: 20_000})
  return stdout.split('\n').filter((line) => line.trim() !== '')
}

/** `absent`: the host has no such program. */
export type ConfigTest = {verdict: 'good' | 'bad' | 'absent' | 'denied'; says: string}

export async function testConfig(
  host: LinuxHost,
  argv: readonly string[],
  signal: AbortSignal,
): Promise<ConfigTest> {
  const result = await host.run(configTestCommand(argv), {signal, timeoutMs: 40_000})
  const says = lastWords(result)
  if (result.code === 0) return {verdict: 'good', says}
  if (notAllowed({code: result.code, stderr: `${result.stdout}${result.stderr}`}))
    return {verdict: 'denied', says}
  return {verdict: result.code === 127 ? 'absent' : 'bad', says}
}

/** An exit code, what was complained about, and whether it was not allowed. */
export type Said = {code: number | null; says: string; denied: boolean}

function said(result: LinuxRunResult): Said {
  return {code: result.code, says: lastWords(result), denied: notAllowed(result)}
}

/** @throws RemoteError */
function lookIn(host: LinuxHost, result: LinuxRunResult): Look {
  const unit = parseUnit(result.stdout)
  if (!unit) throw oddAnswer(host.name, result)
  const fields = parseLines(result.stdout)
  const ports = valuesOf(result.stdout, 'Port').map(Number).filter(Number.isInteger)
  return {
    unit,
    boot: fields.get('Boot') ?? '',
    ports: [...new Set(ports)].sort((a, b) => a - b),
    heldSec: (Number(fields.get('Held')) || 0) / 100,
  }
}

/** `Key=value` lines of a key that may come several times. */
export function valuesOf(text: string, key: string): string[] {
  return text.split('\n').flatMap((line) => (line.startsWith(`${key}=`) ? [line.slice(key.length + 1)] : []))
}

const NO_UNIT: UnitState = {
  id: '',
  load: 'no-systemd',
  active: '',
  sub: '',
  result: '',
  type: '',
  remains: false,
  pid: 0,
  exitCode: '',
  exitStatus: 0,
  restarts: 0,
  invocation: '',
  enabled: '',
  needsReload: false,
  refusesStop: false,
  refusesStart: false,
  job: '',
  triggeredBy: [],
  stopMs: 0,
  startMs: 0,
  since: '',
  memoryBytes: null,
}
