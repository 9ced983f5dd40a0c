import {writeFile} from 'node:fs/promises'
import {askSocket} from '../haproxy.js'
import {healthFileOf} from '../lab-app.js'
import type {LabRecord} from '../lab-record.js'
import type {LoadInput} from '../load.js'
import {inputOf} from '../program.js'
import type {Seen} from './break.js'

/** More in a row than there are servers, so that every one had its turn. */
const TURNS = 6
const PROMPT_MS = 1000

/** Those that get requests, as long as they are well. */
export function appsOf({processes}: LabRecord): string[] {
  return processes.map(({spec}) => spec.name).filter((name) => /^s\d+$/.test(name))
}

/** `ok`, `hang`, `slow 2000`; also after a restart. */
export async function sayTo({dir}: LabRecord, app: string, says: string): Promise<void> {
  await writeFile(healthFileOf(dir, app), `${says}\n`)
}

/** It is well, and gets requests again. */
export async function mendApp(record: LabRecord, app: string): Promise<void> {
  await sayTo(record, app, 'ok')
  const sockets = record.processes.flatMap(({spec: {ready}}) =>
    ready && 'path' in ready ? [ready.path] : [],
  )
  await Promise.all(sockets.map((path) => askSocket(path, `set server app/${app} state ready`)))
}

/** Whether clients get prompt answers through every instance. */
export async function lookAtApps({processes}: LabRecord): Promise<Seen> {
  const load = processes.find(({spec}) => spec.name === 'load')
  const urls = load ? inputOf<LoadInput>(load.spec).urls : []
  const good = (await Promise.all(urls.map(allPrompt))).every(Boolean)
  return good
    ? {over: true, saw: 'every request is answered at once'}
    : {over: false, saw: `some requests have no answer within ${PROMPT_MS / 1000} s`}
}

/** One after the other, up to the first that is not: those that hang would hold sessions of the lab. */
async function allPrompt(url: string): Promise<boolean> {
  for (let turn = 0; turn < TURNS; turn += 1) if (!(await isPrompt(url))) return false
  return true
}

async function isPrompt(url: string): Promise<boolean> {
  return await fetch(url, {signal: AbortSignal.timeout(PROMPT_MS), headers: {connection: 'close'}})
    .then(async (answer) => (await answer.text()) !== '' && answer.ok)
    .catch(() => false)
}
