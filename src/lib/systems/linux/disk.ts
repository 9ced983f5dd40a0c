import {RemoteError} from '../../remote/fault.js'
import {notAllowed} from '../receivers/said.js'
import {parseLines} from '../receivers/unit-state.js'
import {lastWords, oddAnswer} from './asking.js'
import {
  aptCleanCommand,
  cleanSurveyCommand,
  eachCommand,
  largeCommand,
  ownedCommand,
  vacuumCommand,
} from './disk-scripts.js'
import type {LinuxHost, LinuxRunResult} from './host.js'
import {type Candidate, candidatesIn, type Deleted, deletedIn, type Fs, fsIn} from './parse-disk.js'
import {valuesOf} from './unit.js'

export type {Candidate, Deleted, Fs}

export type CleanSurvey = {
  /** Of the mount point, as stat(2) has it. */
  device: number
  fs: Fs | null
  candidates: Candidate[]
  /** Space that processes hold although its files are deleted. */
  deleted: Deleted[]
}

/** Whether this user may not be root here. */
export class NoRoot extends RemoteError {
  constructor(name: string, says: string) {
    super('answered', `${name}: sudo does not allow sh without a password: ${says}`, {
      class: 'no-sudo',
      hint: 'disks are looked at and cleaned as root: sign in as root, or allow USER ALL=(root) NOPASSWD: /usr/bin/sh',
    })
  }
}

/** What could go from one file system. Open files and those of packages are no candidates. @throws RemoteError */
export async function surveyDisk(
  host: LinuxHost,
  mount: string,
  days: {logs: number; core: number; tmp: number},
  signal: AbortSignal,
): Promise<CleanSurvey> {
  const stdout = await rootAnswer(host, cleanSurveyCommand(mount, days), mount, 70_000, signal)
  const open = new Set(valuesOf(stdout, 'Open'))
  const free = candidatesIn(stdout).filter(({device, inode}) => !open.has(`${device} ${inode}`))
  const owned = await ownedOf(host, free, signal)
  return {
    device: Number(parseLines(stdout).get('Device')),
    fs: fsIn(stdout).find(({where}) => where === mount) ?? null,
    candidates: free.filter(({path}) => !owned.has(path)),
    deleted: deletedIn(stdout),
  }
}

export type Large = {
  all: Fs[]
  dirs: {path: string; bytes: number}[]
  files: {path: string; bytes: number}[]
  deleted: Deleted[]
}

/** What fills a file system. @throws RemoteError */
export async function surveyLarge(
  host: LinuxHost,
  mount: string,
  depth: number,
  signal: AbortSignal,
): Promise<Large> {
  const stdout = await rootAnswer(host, largeCommand(mount, depth), mount, 110_000, signal)
  return {
    all: fsIn(stdout),
    dirs: valuesOf(stdout, 'Dir').map(sized),
    files: valuesOf(stdout, 'Big').map(sized),
    deleted: deletedIn(stdout),
  }
}

/** How many of a list are still exactly what they were, are gone, or are something else by now. */
export type EachSeen = {left: number; gone: number; other: number; goneBytes: number}

/** @param act `delete`: those that are exactly what they were. @throws RemoteError */
export async function lookAtFiles(
  host: LinuxHost,
  files: readonly Candidate[],
  device: number,
  act: 'look' | 'delete',
  signal: AbortSignal,
): Promise<EachSeen> {
  const limitSec = 30 + Math.ceil(files.length / 50)
  const stdin = files
    .map(
      ({device: own, inode, size, seconds, bytes, path}) =>
        `${own} ${inode} ${size} ${seconds} ${bytes} ${path}\n`,
    )
    .join('')
  const result = await host.run(eachCommand(device, act, limitSec), {
    signal,
    timeoutMs: (limitSec + 10) * 1000,
    stdin,
  })
  const fields = parseLines(result.stdout)
  const [left, gone, other, goneBytes = 0] = ['Left', 'Gone', 'Other', 'GoneBytes'].map((key) =>
    Number(fields.get(key)),
  )
  if (left === undefined || gone === undefined || other === undefined || left + gone + other !== files.length)
    throw refusedOr(host, result)
  return {left, gone, other, goneBytes}
}

/** Lets journald drop archived journals beyond so many bytes; 0 would be no limit. @throws RemoteError */
export async function vacuumJournal(host: LinuxHost, keepBytes: number, signal: AbortSignal): Promise<void> {
  await changed(host, vacuumCommand(keepBytes), signal)
}

/** @throws RemoteError */
export async function cleanApt(host: LinuxHost, signal: AbortSignal): Promise<void> {
  await changed(host, aptCleanCommand(), signal)
}

async function changed(host: LinuxHost, command: string, signal: AbortSignal): Promise<void> {
  const result = await host.run(command, {signal, timeoutMs: 130_000})
  if (result.code !== 0) throw refusedOr(host, result)
}

async function rootAnswer(
  host: LinuxHost,
  command: string,
  mount: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string> {
  const result = await host.run(command, {signal, timeoutMs})
  if (result.code === 9)
    throw new RemoteError('answered', `${host.name} has no directory ${mount}`, {class: 'no-mount'})
  if (!parseLines(result.stdout).has('Device')) throw refusedOr(host, result)
  return result.stdout
}

function refusedOr(host: LinuxHost, result: LinuxRunResult): RemoteError {
  return notAllowed(result) ? new NoRoot(host.name, lastWords(result)) : oddAnswer(host.name, result)
}

/** dpkg's own lists; elsewhere nothing is known of packages, and none of these directories is theirs. */
async function ownedOf(
  host: LinuxHost,
  files: readonly Candidate[],
  signal: AbortSignal,
): Promise<Set<string>> {
  if (files.length === 0) return new Set()
  const stdin = files.map(({path}) => `${path}\n`).join('')
  const {stdout} = await host.run(ownedCommand(), {signal, timeoutMs: 40_000, stdin})
  return new Set(stdout.split('\n'))
}

function sized(line: string): {path: string; bytes: number} {
  const at = line.indexOf(' ')
  return {path: line.slice(at + 1), bytes: Number(line.slice(0, at)) || 0}
}
