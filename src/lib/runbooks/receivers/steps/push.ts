import {type Probe, type Step, step} from '../../../engine/step.js'
import {
  type FileState,
  lookAtFile,
  type NewFile,
  pushFile,
  putFileBack,
} from '../../../systems/receivers/file.js'
import type {FleetHost} from '../../../systems/receivers/host.js'
import {notAllowed, type Said} from '../../../systems/receivers/said.js'
import {saidNo} from '../../said-no.js'
import type {FanOut} from '../input.js'
import {laneOf} from '../spread.js'
import type {FleetSurroundings} from '../surroundings.js'
import {restartStep} from './restart.js'
import {type Session, sessionOf} from './session.js'
import type {Expected, Before as UnitBefore} from './unit-back.js'

/** What was there before, and how the unit ran that is to be restarted. */
type Before = {file: FileState; unit: UnitBefore | null}

export type Push = FanOut &
  Omit<Expected, 'unit'> & {
    file: NewFile
    /** Restarted where the file was changed; null: none. */
    unit: string | null
  }

/** Puts a file in place on one host, and restarts what reads it: its SHA-256 there is the proof, and another invocation. */
export function pushStep(
  systems: FleetSurroundings,
  asked: Push,
  host: FleetHost,
  content: () => Promise<Uint8Array<SharedArrayBuffer>>,
): Step {
  const {file, unit, timeoutMs, connectTimeoutMs} = asked
  const session = sessionOf(systems, asked.fleet, host)
  const restart = unit === null ? undefined : restartStep(systems, {...asked, unit}, host, session)
  const look = async (signal: AbortSignal): Promise<FileState> =>
    lookAtFile(await session.link(), file, {signal, connectTimeoutMs})

  return step<Before>({
    id: host.id,
    says: `${host.id}: put ${file.path} in place${unit === null ? '' : ` and restart ${unit}`}`,
    async probe(signal, before) {
      const now = await look(signal)
      if (before === undefined) return await atFirst(now, signal)
      if (!inPlace(now, file)) return {reached: false, saw: described(now), before: {...before, file: now}}
      if (!restart || !before.unit) return {reached: true, saw: 'in place', before: {...before, file: now}}
      const seen = await restart.probe(signal, before.unit)
      return {...seen, saw: `in place; ${seen.saw}`, before: {file: now, unit: before.unit}}
    },
    async apply(signal, before, remember) {
      if (!inPlace(await look(signal), file)) await push(session, asked, await content(), signal)
      if (before.unit) await restart?.apply?.(signal, before.unit, remember)
    },
    patienceMs: timeoutMs,
    pollMs: 1000,
    lanes: laneOf(asked, host),
    undo: {
      kind: 'restore',
      says: `${host.id}: put the old ${file.path} back${unit === null ? '' : ` and restart ${unit}`}`,
      run: (before, signal) => putBack(session, systems, asked, host, before, signal),
      restored: (now, before) => sameFile(now.file, before.file),
    },
    done: session.close,
  })

  async function atFirst(now: FileState, signal: AbortSignal): Promise<Probe<Before>> {
    if (now.kind === 'link' || now.kind === 'other')
      throw saidNo(
        `${file.path} is no plain file there${now.kind === 'link' ? ', but a link' : ''}`,
        'no-file',
      )
    if (now.kind === 'no-directory')
      throw saidNo(`the directory of ${file.path} is not there`, 'no-directory')
    if (inPlace(now, file)) return {reached: true, saw: 'in place', before: {file: now, unit: null}}
    const before = restart ? (await restart.probe(signal)).before : null
    return {reached: false, saw: described(now), before: {file: now, unit: before}}
  }
}

function inPlace(now: FileState, {sha256, mode, owner}: NewFile): boolean {
  return (
    now.kind === 'file' &&
    now.sha256 === sha256 &&
    (mode === '' || now.mode === mode) &&
    (owner === '' || now.owner === owner)
  )
}

function sameFile(one: FileState, other: FileState): boolean {
  const {kept: _, ...now} = one
  const {kept: __, ...then} = other
  return JSON.stringify(now) === JSON.stringify(then)
}

async function push(
  session: Session,
  {file, connectTimeoutMs, timeoutMs}: Push,
  content: Uint8Array<SharedArrayBuffer>,
  signal: AbortSignal,
): Promise<void> {
  const answer = await pushFile(await session.link(), file, content, {signal, connectTimeoutMs, timeoutMs})
  refuseOn(answer, `not put in place: ${answer.stderr}`)
}

/** The old file, and, where the new one had been read by a unit, that one restarted: it is followed until it is up. */
async function putBack(
  session: Session,
  systems: FleetSurroundings,
  asked: Push,
  host: FleetHost,
  {file: old, unit}: Before,
  signal: AbortSignal,
): Promise<void> {
  const {file, connectTimeoutMs} = asked
  const answer = await putFileBack(await session.link(), file, old.kind === 'file', {
    signal,
    connectTimeoutMs,
  })
  refuseOn(answer, `not put back: ${answer.stderr}`)
  if (unit === null || asked.unit === null) return
  const restart = restartStep(systems, {...asked, unit: asked.unit}, host, session)
  const {before} = await restart.probe(signal)
  await restart.apply?.(signal, before, async () => {})
  const {reached, saw} = await restart.probe(signal, before)
  if (!reached) throw saidNo(`the old file is back, and ${asked.unit} is not: ${saw}`, 'unit-failed')
}

function refuseOn(answer: Said, message: string): void {
  if (notAllowed(answer)) throw saidNo(`not allowed: ${answer.stderr}`, 'no-sudo')
  if (answer.code !== 0) throw saidNo(message, 'push')
}

function described({kind, sha256, mode, owner}: FileState): string {
  if (kind !== 'file') return kind === 'absent' ? 'not there' : kind
  return `another one is there (${sha256.slice(0, 12)}, ${mode}, ${owner})`
}
