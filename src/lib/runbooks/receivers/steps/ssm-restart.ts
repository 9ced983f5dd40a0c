import type {Step} from '../../../engine/step.js'
import {type Together, together} from '../../../systems/aws/together.js'
import type {FleetHost} from '../../../systems/receivers/host.js'
import {restartAndWaitCommand} from '../../../systems/receivers/scripts.js'
import {parseLines, parseUnit} from '../../../systems/receivers/unit-state.js'
import {commandRunner} from '../../aws/command-runner.js'
import {nodeStep} from '../../aws/steps/ssm.js'
import {saidNo} from '../../said-no.js'
import {described} from '../../unit-words.js'
import type {FanOut} from '../input.js'
import {laneOf} from '../spread.js'
import {nodeIdOf, type SsmWay} from '../ssm-nodes.js'
import type {FleetSurroundings} from '../surroundings.js'
import type {Expected} from './unit-back.js'

/** How long a node may take to get it: agents ask every few seconds when all is well. */
const DELIVERY_SEC = 120
const MARGIN_MS = 60_000
/** What a command may not use of the time of a host: it has to say how it ended. */
const SAY_SEC = 5
/** Of one command. */
const AT_ONCE = 50
const LOOPS = 3

type Asked = FanOut & Expected & {ssm: SsmWay}

/** Restarts the unit of one host by Systems Manager: one script looks, restarts, and waits until it holds. */
export function ssmRestartStep(
  systems: FleetSurroundings,
  asked: Asked,
  host: FleetHost,
  sender: Together,
): Step {
  return nodeStep(sender, () => systems.now(), {
    node: nodeIdOf(host, asked.ssm),
    id: host.id,
    says: `${host.id}: restart ${asked.unit}`,
    patienceMs: DELIVERY_SEC * 1000 + asked.timeoutMs + MARGIN_MS,
    lanes: laneOf(asked, host),
    proven: (output) => proven(asked, output),
  })
}

/** The hosts of a wave that begin together share a command. @param wave counts from 0: of the canary nobody may fail */
export function waveSender(systems: FleetSurroundings, asked: Asked, wave: number): Together {
  const {unit, stableMs, timeoutMs, verify, maxFailures, width} = asked
  const timeoutSec = Math.ceil(timeoutMs / 1000)
  const limitSec = Math.max(1, timeoutSec - SAY_SEC)
  const line = restartAndWaitCommand(unit, Math.ceil(stableMs / 1000), limitSec, verify)
  const most = 'hosts' in maxFailures ? maxFailures.hosts : (AT_ONCE * maxFailures.percent) / 100
  return together(
    commandRunner(systems, asked.ssm.account),
    {
      document: 'AWS-RunShellScript',
      version: '',
      parameters: {commands: [line], executionTimeout: [String(timeoutSec)]},
      deliverySec: DELIVERY_SEC,
      maxConcurrency: String(Math.min(width ?? AT_ONCE, AT_ONCE)),
      maxErrors: wave === 0 ? '0' : String(Math.max(1, Math.floor(most))),
    },
    `${asked.fleet.slice(0, 20)} wave-${wave + 1}`,
    () => systems.now(),
  )
}

/** The exit code of the script is 0 whatever it saw: its words decide. @throws what is no restart after all */
function proven({unit, stableMs}: Asked, output: string): string {
  const state = parseUnit(output)
  const fields = parseLines(output)
  if (!state) throw saidNo('the answer is not what was asked for', 'odd-answer')
  if (state.load !== 'loaded') throw saidNo(`there is no unit ${unit}`, 'no-unit')
  if (state.invocation === fields.get('Before'))
    throw saidNo(`not restarted: ${described(state)}`, 'not-restarted')
  if (state.active === 'failed')
    throw saidNo(`it was restarted and failed: ${described(state)}`, 'unit-failed')
  if (state.restarts >= LOOPS)
    throw saidNo('it was restarted and does not stay up: systemd starts it again and again', 'crash-loop')
  if (state.active !== 'active' || state.heldSec < Math.ceil(stableMs / 1000))
    throw saidNo(`restarted, not up in time: ${described(state)}`, 'not-up')
  const verified = fields.get('Verify') ?? ''
  if (verified !== '' && verified !== '0')
    throw saidNo(`restarted, and the --verify command ended with ${verified}`, 'verify')
  return `restarted, ${described(state)}`
}
