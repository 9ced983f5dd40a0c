import type {Runbook} from '../../engine/runbook.js'
import type {Stage, Step} from '../../engine/step.js'
import type {FleetHost} from '../../systems/receivers/host.js'
import {type Facts, survey} from './facts.js'
import {gateOf} from './gate.js'
import {nodes} from './guards/nodes.js'
import {bastions, bounded, manner, pinned, widthOf} from './guards/reach.js'
import {canary, selectionSize} from './guards/selection.js'
import {spreadKept} from './guards/spread.js'
import type {FanOut} from './input.js'
import {failureLimit, unreachableLimit} from './limits.js'
import {hostsText} from './names.js'
import {laneLimits} from './spread.js'
import type {FleetSurroundings} from './surroundings.js'
import {inWaves, waveSizes} from './waves.js'

/** More hosts than this are confirmed by their number. */
const FEW = 10
const FIRST_SOAK_MS = 60_000
const SOAK_MS = 30_000
const FIRST_WAVES = 2

type Shared<Input extends FanOut> = Pick<
  Runbook<Input, Facts, FleetSurroundings>,
  'effect' | 'subject' | 'locks' | 'survey' | 'rests' | 'guards' | 'stages' | 'leftBehind' | 'onFailure'
>

/** What every change of many hosts shares; they differ in what is done to one. */
export function fannedOut<Input extends FanOut>(
  stepsOf: (systems: FleetSurroundings, asked: Input) => (host: FleetHost, wave: number) => Step,
): Shared<Input> {
  return {
    effect: ({hosts}) => (hosts > FEW ? 'disrupt' : 'change'),
    subject: ({hosts, fleet}) => (hosts > FEW ? String(hosts) : `${hostsText(hosts)} of ${fleet}`),
    locks: ({holds}) => holds,
    survey: (systems, asked, signal) => survey(systems, asked, signal),
    rests: (_asked, {chosen}) => chosen,
    guards: (asked, facts) => [
      selectionSize(facts),
      canary(asked),
      pinned(facts),
      ...spreadKept(asked, facts),
      bastions(facts),
      ...nodes(facts),
      ...manner(facts),
      ...bounded(asked, facts),
    ],
    stages: (systems, asked, facts) => waveStages(asked, facts, systems, stepsOf(systems, asked)),
    leftBehind: (_asked, run) => `redeye receivers list --only-failed ${run}`,
    onFailure: 'stop',
  }
}

/** A canary, then waves; what they lose counts together, and what is out of a site counts over all of them. */
function waveStages(
  asked: FanOut,
  facts: Facts,
  systems: FleetSurroundings,
  stepOf: (host: FleetHost, wave: number) => Step,
): Stage[] {
  const {hosts} = facts.chosen
  const sizes = waveSizes(asked.waves, hosts.length)
  const width = widthOf(asked, facts)
  const lanes = laneLimits(asked, facts.chosen)
  return inWaves(hosts, sizes).map((wave, at, {length}) => ({
    id: `wave-${at + 1}`,
    says: `wave ${at + 1} of ${length}`,
    steps: wave.map((host) => stepOf(host, at)),
    look: 'reached',
    width,
    tally: 'fleet',
    budget: failureLimit(asked, at),
    unreachableBudget: unreachableLimit(asked),
    provesItself: true,
    strict: asked.strict,
    retryUnreachable: asked.retryUnreachable,
    ...(asked.spread && {lanes, failuresHoldLanes: 'leave' as const}),
    // After the last one there is nothing left to be kept from.
    ...(at < length - 1 && {
      soak: {
        ms: soakMs(asked, at),
        ...(asked.gate && {gate: gateOf(systems, asked.gate)}),
      },
    }),
  }))
}

/** What a bad change does shows late, so the first waves are watched for longer. */
export function soakMs({soakMs: said}: FanOut, wave: number): number {
  return said ?? (wave < FIRST_WAVES ? FIRST_SOAK_MS : SOAK_MS)
}
