import type {Gate} from '../../engine/step.js'
import type {GateInput} from './input.js'
import type {FleetSurroundings} from './surroundings.js'

const EVERY_MS = 10_000
const STRIKES = 2
const SHOWN = 200

/** Asked while a wave settles: exit 0, a status of 2xx, or a monitor that is OK. One bad answer is asked again. */
export function gateOf(systems: FleetSurroundings, asked: GateInput): Gate {
  return {
    says: gateText(asked),
    everyMs: EVERY_MS,
    strikes: STRIKES,
    async ask(signal) {
      if ('url' in asked) {
        const status = await systems.httpStatus(asked.url, signal)
        return {ok: status >= 200 && status < 300, saw: `status ${status}`}
      }
      if ('monitor' in asked) {
        const state = await systems.monitorState(asked.monitor, signal)
        return {ok: state === 'OK', saw: `monitor ${asked.monitor} is ${state}`}
      }
      const {code, output} = await systems.shell(asked.command, signal)
      const said = output.trim().slice(0, SHOWN)
      return {ok: code === 0, saw: `exit ${code ?? 'by a signal'}${said === '' ? '' : `: ${said}`}`}
    },
  }
}

export function gateText(asked: GateInput): string {
  if ('monitor' in asked) return `Datadog monitor ${asked.monitor}`
  return 'url' in asked ? asked.url : asked.command
}
