import {failing} from '../../../engine/failure.js'
import {type Step, step} from '../../../engine/step.js'
import type {RunResult} from '../../../systems/receivers/fleet.js'
import type {FleetHost} from '../../../systems/receivers/host.js'
import {plainCommand} from '../../../systems/receivers/scripts.js'
import {saidNo} from '../../said-no.js'
import type {FanOut} from '../input.js'
import {laneOf} from '../spread.js'
import type {FleetSurroundings} from '../surroundings.js'
import {sessionOf} from './session.js'

/** Of the output of one host in the journal; 30,000 of them are kept. */
const KEPT = 4000

/** One command on one host, once. Nobody can look whether it ran, so only the answer counts. */
export function execStep(
  systems: FleetSurroundings,
  asked: FanOut & {argv: string[]},
  host: FleetHost,
): Step {
  const {argv, timeoutMs, connectTimeoutMs} = asked
  const session = sessionOf(systems, asked.fleet, host)
  let result: RunResult | undefined
  let refusal: Error | undefined
  return step<null>({
    id: host.id,
    says: `${host.id}: run ${argv.join(' ')}`,
    async probe(_signal, before) {
      if (before === undefined) return {reached: false, saw: 'not run', before: null}
      if (!result) throw refusal ?? notKnown()
      const saw = outputOf(result)
      if (result.code !== 0)
        throw saidNo(`exit ${result.code ?? `by ${result.signal}`}${saw === '' ? '' : `: ${saw}`}`, 'exit')
      return {reached: true, saw, before: null}
    },
    async apply(signal) {
      const link = await session.link()
      const options = {signal, timeoutMs, connectTimeoutMs, keepBytes: KEPT}
      result = await link.run(plainCommand(argv), options).catch((error: Error) => {
        if (failing(error).fault === 'answered') refusal = error
        throw error
      })
    },
    once: true,
    // There is nothing to wait for: the answer came or it did not.
    patienceMs: 1,
    lanes: laneOf(asked, host),
    undo: {kind: 'leave', why: 'nobody knows what would take it back'},
    done: session.close,
  })
}

function notKnown(): Error {
  return Object.assign(new Error('it was sent, and whether it ran is not known'), {fault: 'lost'})
}

/** What it printed, stdout before stderr. */
export function outputOf({stdout, stderr, dropped}: RunResult): string {
  const parts = [stdout.trimEnd(), stderr.trimEnd()].filter((part) => part !== '')
  return parts.join('\n') + (dropped > 0 ? `\n... and ${dropped} bytes more` : '')
}
