import {failing} from '../../../engine/failure.js'
import type {Probe, Step} from '../../../engine/step.js'
import type {FleetHost} from '../../../systems/receivers/host.js'
import {notAllowed} from '../../../systems/receivers/said.js'
import {lookAt, restartUnit, type UnitState} from '../../../systems/receivers/unit.js'
import {saidNo} from '../../said-no.js'
import {described} from '../../unit-words.js'
import type {FanOut} from '../input.js'
import {laneOf} from '../spread.js'
import type {FleetSurroundings} from '../surroundings.js'
import {type Session, sessionOf} from './session.js'
import {type Before, type Expected, unitBack} from './unit-back.js'

/** A restart that a killed run has sent may be on its way for so long. */
const ON_ITS_WAY_MS = 10_000
const POLL_MS = 1000

/**
 * Restarts the unit of one host, once: another invocation than before is the proof that it was, in this run or in the one that
 * is taken up, and then it is not sent again.
 */
export function restartStep(
  systems: FleetSurroundings,
  asked: FanOut & Expected & {verify: string},
  host: FleetHost,
  session: Session = sessionOf(systems, asked.fleet, host),
): Step<Before> {
  const {unit, timeoutMs, connectTimeoutMs} = asked
  /** The invocation that was last seen. */
  let running = ''
  let deadline: number | undefined
  let turnedDown = false

  const look = async (signal: AbortSignal): Promise<UnitState> => {
    const state = await lookAt(await session.link(), unit, {signal, connectTimeoutMs})
    running = state.invocation
    return state
  }
  const leftMs = () => (deadline === undefined ? timeoutMs : Math.max(0, deadline - systems.now()))

  return {
    id: host.id,
    says: `${host.id}: restart ${unit}`,
    async probe(signal, before) {
      if (before === undefined) return first(unit, await look(signal))
      if (turnedDown) return {reached: false, saw: described(await look(signal)), before}
      if (deadline === undefined) return await takenUp(before, signal)
      return await unitBack(await session.link(), asked, before, leftMs(), signal)
    },
    async apply(signal, before) {
      deadline = systems.now() + timeoutMs
      if (running !== before.invocation) return
      const link = await session.link()
      const answer = await restartUnit(link, unit, {signal, connectTimeoutMs, timeoutMs})
      turnedDown = notAllowed(answer)
      if (turnedDown) throw saidNo(`not allowed to restart ${unit}: ${answer.stderr}`, 'no-sudo')
    },
    // What the change itself has used is gone.
    get patienceMs() {
      return leftMs()
    },
    pollMs: POLL_MS,
    lanes: laneOf(asked, host),
    undo: {kind: 'leave', why: 'a restart has no undo'},
    done: session.close,
  }

  /** Whether the restart that an earlier process has journalled took hold. Not yet a verdict about the unit. */
  async function takenUp(before: Before, signal: AbortSignal): Promise<Probe<Before>> {
    const state = await look(signal)
    const link = await session.link()
    const patienceMs = state.invocation === before.invocation ? ON_ITS_WAY_MS : timeoutMs
    try {
      const seen = await unitBack(link, asked, before, patienceMs, signal)
      if (!seen.reached) await look(signal)
      return seen
    } catch (error) {
      const {fault, message} = failing(error)
      if (fault !== 'answered') throw error
      await look(signal)
      return {reached: false, saw: message, before}
    }
  }
}

/** @throws what settles it before anything is sent */
export function first(unit: string, state: UnitState): Probe<Before> {
  if (state.load === 'not-found' || state.load === 'masked')
    throw saidNo(
      state.load === 'masked' ? `the unit ${unit} is masked` : `there is no unit ${unit}`,
      'no-unit',
    )
  const {boot, invocation} = state
  return {reached: false, saw: described(state), before: {boot, invocation}}
}
