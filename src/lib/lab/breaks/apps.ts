import {writeFile} from 'node:fs/promises'
import {askSocket} from '../haproxy.js'
import {healthFileOf} from '../lab-app.js'
import type {LabRecord} from '../lab-record.js'
import {lineFileOf, readTimeLine} from '../time-line.js'
import type {Seen} from './break.js'

const IN_A_ROW = 2
const PROMPT_MS = 1000
const SETTLING_MS = 2000

/** Those that get requests, as long as they are well. */
export function appsOf({processes}: LabRecord): string[] {
  return processes.map(({spec}) => spec.name).filter((name) => /^s\d+$/.test(name))
}

/** `ok`, `hang`, `slow 2000`; also after a restart. */
export async function sayTo({dir}: LabRecord, app: string, says: string): Promise<void> {
  await writeFile(healthFileOf(dir, app), `${says}\n`)
}

/** A command for the socket of every HAProxy. */
export async function tellInstances(record: LabRecord, command: string): Promise<void> {
  const sockets = record.processes.flatMap(({spec: {ready}}) =>
    ready && 'path' in ready ? [ready.path] : [],
  )
  await Promise.all(sockets.map((path) => askSocket(path, command)))
}

/** It is well, and gets requests again. */
export async function mendApp(record: LabRecord, app: string): Promise<void> {
  await sayTo(record, app, 'ok')
  await tellInstances(record, `set server app/${app} state ready`)
}

/**
 * Whether the clients of the lab have waited for nobody of late. Asking here would leave sessions behind that hang.
 * @param since of the break: in the seconds at its beginning nobody has waited long yet
 */
export async function lookAtApps({dir}: LabRecord, since: number): Promise<Seen> {
  const seconds = (await readTimeLine(lineFileOf(dir))).filter(({at}) => at > since + SETTLING_MS)
  const last = seconds.slice(-IN_A_ROW)
  const longest = Math.max(0, ...last.map(({longestMs}) => longestMs))
  const failed = last.some((one) => one.failed > 0)
  return {
    over: last.length === IN_A_ROW && longest < PROMPT_MS && !failed,
    saw:
      last.length === 0
        ? 'clients have only begun to feel it'
        : `clients wait up to ${(longest / 1000).toFixed(1)} s`,
  }
}
