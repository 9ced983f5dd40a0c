import {type Step, step} from '../../../engine/step.js'
import type {VsphereSystems} from '../../../systems/vsphere/vcenter.js'
import type {Facts} from '../facts.js'
import type {EvacuateInput} from '../input.js'
import {modeOf} from '../mode.js'
import {type GivenUp, moveStragglers, stayingBy, stillToLeave} from '../stragglers.js'

const SETTLES_MS = 60_000
const POLL_MS = 2000
const NAMED = 3

/** Nothing that was planned to leave runs on the host any more; what turned up meanwhile is moved too. */
export function recheckStep(
  systems: VsphereSystems,
  asked: EvacuateInput,
  facts: Facts,
  givenUp: GivenUp,
): Step {
  const staying = stayingBy(asked, facts)
  return step<null>({
    id: 'recheck',
    says:
      modeOf(facts) === 'standalone'
        ? `see that nothing runs on ${facts.host.name}`
        : `look whether anything still runs on ${facts.host.name}, and move it too`,
    async probe(signal) {
      const left = await stillToLeave(systems, asked, facts, staying, signal)
      return {reached: left.length === 0, saw: words(left, givenUp), before: null}
    },
    // Alone there is nowhere to move anything: it only looks.
    ...(modeOf(facts) !== 'standalone' && {
      apply: (signal: AbortSignal) => moveStragglers(systems, asked, facts, {givenUp, staying}, signal),
    }),
    patienceMs: modeOf(facts) === 'standalone' ? 0 : SETTLES_MS,
    pollMs: POLL_MS,
    undo: {kind: 'leave', why: 'VMs that turned up meanwhile run elsewhere as well'},
  })
}

function words(left: readonly {ref: string; name: string}[], givenUp: GivenUp): string {
  if (left.length === 0) return 'nothing is left to move or stop'
  const named = left.slice(0, NAMED).map(({ref, name}) => {
    const why = givenUp.get(ref)
    return why === undefined ? name : `${name} (${why})`
  })
  return `${left.length} still run: ${named.join(', ')}${left.length > NAMED ? ' ...' : ''}`
}
