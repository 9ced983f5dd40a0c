import {failing} from '../../../engine/failure.js'
import {type Probe, type Step, step} from '../../../engine/step.js'
import type {FleetHost} from '../../../systems/receivers/host.js'
import {notAllowed} from '../../../systems/receivers/said.js'
import {lookAt, rebootHost, type UnitState} from '../../../systems/receivers/unit.js'
import {saidNo} from '../../said-no.js'
import {described} from '../../unit-words.js'
import type {FanOut} from '../input.js'
import {laneOf} from '../spread.js'
import type {FleetSurroundings} from '../surroundings.js'
import {first} from './restart.js'
import {sessionOf} from './session.js'
import {type Before, type Expected, unitBack} from './unit-back.js'

/** A reboot that a killed run has sent may be on its way for so long. */
const ON_ITS_WAY_MS = 20_000
const POLL_MS = 3000

/** Reboots one host, once: another boot id is the proof; then its unit must be back and hold. */
export function rebootStep(
  systems: FleetSurroundings,
  asked: FanOut & Expected & {pollMs?: number},
  host: FleetHost,
): Step {
  const {unit, timeoutMs, connectTimeoutMs, pollMs = POLL_MS} = asked
  const session = sessionOf(systems, asked.fleet, host)
  /** The boot id that was last seen. */
  let booted = ''
  let sent: 'not' | 'turned-down' | 'sent' = 'not'

  const look = async (signal: AbortSignal): Promise<UnitState> => {
    const state = await lookAt(await session.link(), unit, {signal, connectTimeoutMs})
    booted = state.boot
    return state
  }

  return step<Before>({
    id: host.id,
    says: `${host.id}: reboot`,
    async probe(signal, before) {
      if (before === undefined) return first(unit, await look(signal))
      // The old connection may be dead without having said so.
      if (sent === 'sent') session.close()
      const state = await look(signal)
      if (sent === 'turned-down') return {reached: false, saw: described(state), before}
      if (booted !== before.boot) return await back(before, signal)
      if (sent === 'not') await onItsWay(signal)
      return {reached: false, saw: 'not rebooted yet', before}
    },
    async apply(signal, before) {
      const link = await session.link()
      // The answer is often cut off with the host.
      sent = 'sent'
      if (booted !== before.boot) return
      const answer = await rebootHost(link, {signal, connectTimeoutMs})
      if (!notAllowed(answer)) return
      sent = 'turned-down'
      throw saidNo(`not allowed to reboot: ${answer.stderr}`, 'no-sudo')
    },
    patienceMs: timeoutMs,
    pollMs,
    lanes: laneOf(asked, host),
    undo: {kind: 'leave', why: 'a reboot has no undo'},
    done: session.close,
  })

  /** In a run that is taken up a bad unit is not yet a verdict. */
  async function back(before: Before, signal: AbortSignal): Promise<Probe<Before>> {
    try {
      return await unitBack(await session.link(), asked, before, timeoutMs, signal)
    } catch (error) {
      const {fault, message} = failing(error)
      if (fault !== 'answered' || sent !== 'not') throw error
      return {reached: false, saw: message, before}
    }
  }

  async function onItsWay(signal: AbortSignal): Promise<void> {
    await systems.sleep(ON_ITS_WAY_MS, signal)
    session.close()
    await look(signal)
  }
}
