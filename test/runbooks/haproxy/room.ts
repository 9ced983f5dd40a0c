import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {afterEach, beforeAll, beforeEach, expect} from 'vitest'
import type {Event} from '../../../src/lib/engine/event.js'
import type {HaproxyLab, HaproxyLabOptions} from '../../../src/lib/lab/haproxy-lab.js'
import {type Recorder, startRecorder} from '../../../src/lib/lab/recorder.js'
import {dialUnix} from '../../../src/lib/remote/local-socket.js'
import {runningLab} from '../../lab/running-lab.js'
import type {Place} from './operate.js'
import {restorer} from './states.js'

export {once} from '../once.js'

/** A lab for the test file, and for each test a state directory and recorders; afterwards everything is put back. */
export interface Room {
  lab(): HaproxyLab
  /** Straight to the admin sockets, or to others where given. */
  place(sockets?: {[instance: string]: string}): Place
  /** Through a recorder in front of each admin socket. A fault that never came to pass fails the test. */
  recorded(): Promise<{place: Place; tapes: {[instance: string]: Recorder}; sent(): string[]}>
}

export function room(options: Omit<HaproxyLabOptions, 'dir'> = {}): Room {
  const lab = runningLab(options)
  const recorders: Recorder[] = []
  let stateDir = ''
  let restore = async () => {}
  beforeAll(async () => {
    restore = await restorer(lab())
  })
  beforeEach(async () => {
    stateDir = await mkdtemp(`${tmpdir()}/rs-`)
  })
  afterEach(async () => {
    const unused = recorders.flatMap((one) => one.unused())
    await Promise.all(recorders.splice(0).map((one) => one.stop()))
    await restore()
    await rm(stateDir, {recursive: true, force: true})
    expect(unused).toEqual([])
  })
  const place = (sockets: Place['sockets'] = {}) => {
    const own = Object.fromEntries(lab().instances.map((one) => [one.name, one.places.socketPath]))
    return {stateDir, user: 'ana', sockets: {...own, ...sockets}}
  }
  return {
    lab,
    place,
    async recorded() {
      const tapes = Object.fromEntries(
        await Promise.all(
          lab().instances.map(async ({name, places}) => {
            const tape = await startRecorder(`${stateDir}/${name}.sock`, dialUnix(places.socketPath))
            recorders.push(tape)
            return [name, tape] as const
          }),
        ),
      )
      const sockets = Object.fromEntries(Object.entries(tapes).map(([name, tape]) => [name, tape.path]))
      const sent = () =>
        Object.entries(tapes).flatMap(([name, tape]) => changes(tape).map((line) => `${name}: ${line}`))
      return {place: place(sockets), tapes, sent}
    },
  }
}

/** What was not only a question. */
function changes({commands}: Recorder): string[] {
  return commands.filter((line) => !/^(show|get) /.test(line))
}

export const ended = (step: string) => (event: Event) =>
  event.type === 'end' && event.result.step === step && !event.undo
export const waits = (step: string) => (event: Event) => event.type === 'saw' && event.step === step

/** The finding of one guard. */
export function found(findings: readonly {id: string}[], id: string) {
  return findings.find((one) => one.id === id)
}
