import {notAllowed} from '../receivers/said.js'
import {parseLines} from '../receivers/unit-state.js'
import {lastWords, oddAnswer} from './asking.js'
import {
  afterBootCommand,
  bootLookCommand,
  bootSurveyCommand,
  jobsCommand,
  rebootCommand,
  unitJournalCommand,
} from './boot-scripts.js'
import type {LinuxHost} from './host.js'
import {type Said, valuesOf} from './unit.js'

/** A host between two boots; `boot` is another one after every boot. */
export type BootState = {
  boot: string
  /** `running`, `degraded`, `starting`, `stopping` ... */
  state: string
  failed: string[]
  /** Listening TCP ports. */
  ports: number[]
  /** Mounted from a device, or from another host. */
  mounts: string[]
}

export type BootSurvey = BootState & {
  init: string
  user: string
  /** Since process 1 was started. */
  ageSec: number
  kernel: string
  /** The newest kernel in /boot; empty where there is none (a container). */
  newest: string
  initrdMissing: boolean
  rebootRequired: boolean
  users: string[]
  inhibited: string[]
  /** Package managers that are at work. */
  packages: string[]
  /** Arrays that have lost a disk. */
  raid: string[]
  /** Somebody must type a passphrase at the console. */
  locked: boolean
  denied: string[]
}

/** @throws RemoteError */
export async function surveyBoot(host: LinuxHost, signal: AbortSignal): Promise<BootSurvey> {
  const result = await host.run(bootSurveyCommand(), {signal, timeoutMs: 25_000})
  const fields = parseLines(result.stdout)
  const boot = bootIn(result.stdout)
  if (!boot) throw oddAnswer(host.name, result)
  const all = (key: string) => valuesOf(result.stdout, key)
  return {
    ...boot,
    init: fields.get('Init') ?? '',
    user: fields.get('User') ?? '',
    ageSec: Number(fields.get('Age')) || 0,
    kernel: fields.get('Kernel') ?? '',
    newest: fields.get('Newest') ?? '',
    initrdMissing: fields.get('Initrd') === 'missing',
    rebootRequired: fields.get('Required') === 'yes',
    users: all('Login'),
    inhibited: all('Inhibited'),
    packages: [...new Set(all('Packages'))],
    raid: all('Raid'),
    locked: fields.get('Locked') === 'yes',
    denied: all('Denied'),
  }
}

/** Which boot it is, and what systemd says of itself. @throws RemoteError */
export async function lookAtBoot(
  host: LinuxHost,
  signal: AbortSignal,
): Promise<Pick<BootState, 'boot' | 'state'>> {
  const result = await host.run(bootLookCommand(), {signal, timeoutMs: 10_000})
  const boot = bootIn(result.stdout)
  if (!boot) throw oddAnswer(host.name, result)
  return {boot: boot.boot, state: boot.state}
}

/** Waits on the host until all units have been started, for `waitSec` at most. @throws RemoteError */
export async function afterBoot(
  host: LinuxHost,
  expected: readonly string[],
  waitSec: number,
  signal: AbortSignal,
): Promise<BootState & {inactive: string[]}> {
  const command = afterBootCommand(waitSec, expected)
  const result = await host.run(command, {signal, timeoutMs: (waitSec + 25) * 1000})
  const boot = bootIn(result.stdout)
  if (!boot) throw oddAnswer(host.name, result)
  const inactive = valuesOf(result.stdout, 'Expected').filter((line) => !line.endsWith(' active'))
  return {...boot, inactive}
}

/** The answer may not come any more. */
export async function rebootHost(host: LinuxHost, timer: string, signal: AbortSignal): Promise<Said> {
  const result = await host.run(rebootCommand(timer), {signal, timeoutMs: 25_000})
  return {code: result.code, says: lastWords(result), denied: notAllowed(result)}
}

/** What systemd waits for, one line each. */
export async function jobsOf(host: LinuxHost, signal: AbortSignal): Promise<string[]> {
  const {stdout} = await host.run(jobsCommand(), {signal, timeoutMs: 10_000})
  return stdout.split('\n').filter((line) => line.trim() !== '')
}

/** The last lines of a unit since the boot; none where we may not read them. */
export async function unitJournal(
  host: LinuxHost,
  unit: string,
  lines: number,
  signal: AbortSignal,
): Promise<string[]> {
  const {stdout} = await host.run(unitJournalCommand(unit, lines), {signal, timeoutMs: 25_000})
  return stdout.split('\n').filter((line) => line.trim() !== '')
}

function bootIn(text: string): BootState | undefined {
  const fields = parseLines(text)
  const boot = fields.get('Boot') ?? ''
  if (!/^[0-9a-f]{32}-\d+$/.test(boot)) return undefined
  const ports = valuesOf(text, 'Port').map(Number).filter(Number.isInteger)
  return {
    boot,
    state: fields.get('State') ?? '',
    failed: valuesOf(text, 'Failed'),
    ports: [...new Set(ports)].sort((a, b) => a - b),
    mounts: [...new Set(valuesOf(text, 'Mount'))].sort(),
  }
}
