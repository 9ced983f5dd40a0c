import {failing} from '../../../engine/failure.js'
import {type Probe, type Step, step} from '../../../engine/step.js'
import type {LinuxHost, LinuxSystems} from '../../../systems/linux/host.js'
import {type Look, lookAt, restartUnit} from '../../../systems/linux/unit.js'
import {saidNo} from '../../said-no.js'
import {described} from '../../unit-words.js'
import type {RestartInput} from '../restart-input.js'
import type {HostFacts} from '../service-facts.js'
import {type Back, type Before, unitBack} from './unit-back.js'

/** A restart that a killed run has sent may be on its way for so long. */
const ON_ITS_WAY_MS = 10_000
const POLL_MS = 500
/** From up to serving. */
const SERVE_MS = 30_000
const MARGIN_MS = 30_000
/** For units that may take for ever. */
const LONG_MS = 600_000

/**
 * Restarts the unit of one host, once: another invocation than before is the proof that it was, in this run or in the one that
 * is taken up, and then it is not sent again.
 */
export function restartStep(
  systems: LinuxSystems,
  asked: RestartInput,
  name: string,
  facts: HostFacts,
): Step {
  const {unit} = asked
  const timeoutMs = timeoutOf(asked, facts)
  /** The invocation that was last seen. */
  let running = ''
  let deadline: number | undefined
  let turnedDown = false
  let upAt: number | undefined
  const leftMs = () => (deadline === undefined ? timeoutMs : Math.max(0, deadline - systems.now()))
  const look = async (host: LinuxHost, signal: AbortSignal): Promise<Look> => {
    const seen = await lookAt(host, unit, signal)
    running = seen.unit.invocation
    return seen
  }

  return step<Before>({
    id: `${name}/restart`,
    says: `${name}: restart ${unit}`,
    async probe(signal, before) {
      const host = await systems.linux(name)
      if (before === undefined) return first(await look(host, signal))
      if (turnedDown) return {reached: false, saw: described((await look(host, signal)).unit), before}
      if (deadline === undefined) return await takenUp(host, before, signal)
      return serving(await unitBack(host, asked, before, leftMs(), signal))
    },
    async apply(signal, before) {
      deadline = systems.now() + timeoutMs
      if (running !== before.invocation) return
      const said = await restartUnit(await systems.linux(name), unit, {signal, timeoutMs})
      turnedDown = said.denied
      if (turnedDown) throw saidNo(`not allowed to restart ${unit}: ${said.says}`, 'no-sudo')
    },
    // What the change itself has used is gone.
    get patienceMs() {
      return Math.max(1, leftMs())
    },
    pollMs: POLL_MS,
    undo: {kind: 'leave', why: 'a restart has no undo'},
  })

  /** An application may need a moment more than its unit, and not for ever. */
  function serving({lacks, ...seen}: Back): Probe<Before> {
    if (!lacks) upAt = undefined
    else upAt ??= systems.now()
    const late = upAt !== undefined && systems.now() - upAt >= SERVE_MS
    if (lacks && late && asked.timeoutMs === null)
      throw saidNo(`${seen.saw}, after ${SERVE_MS / 1000} s`, lacks)
    return seen
  }

  /** Whether the restart that an earlier process has journalled took hold. Not yet a verdict about the unit. */
  async function takenUp(host: LinuxHost, before: Before, signal: AbortSignal): Promise<Probe<Before>> {
    const seen = await look(host, signal)
    const patienceMs = seen.unit.invocation === before.invocation ? ON_ITS_WAY_MS : timeoutMs
    try {
      const back = await unitBack(host, asked, before, patienceMs, signal)
      if (!back.reached) await look(host, signal)
      return serving(back)
    } catch (error) {
      const {fault, message} = failing(error)
      if (fault !== 'answered') throw error
      await look(host, signal)
      return {reached: false, saw: message, before}
    }
  }
}

export function timeoutOf({timeoutMs, soakMs}: RestartInput, {unit}: HostFacts): number {
  return timeoutMs ?? (unit.stopMs ?? LONG_MS) + (unit.startMs ?? LONG_MS) + MARGIN_MS + soakMs
}

function first({unit, boot, ports}: Look): Probe<Before> {
  return {
    reached: false,
    saw: described(unit),
    before: {boot, invocation: unit.invocation, ports},
  }
}
