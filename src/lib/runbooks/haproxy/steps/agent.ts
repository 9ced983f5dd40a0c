import {type Step, step} from '../../../engine/step.js'
import type {ServerAt} from './server-at.js'
import {read} from './set-state.js'

const PATIENCE_MS = 5000

type Before = {enabled: boolean}

/** An agent that answers `up ready` cancels a drain within one interval, silently: off for the duration. */
export function agentOffStep(at: ServerAt): Step {
  return agentStep(at, false)
}

export function agentOnStep(at: ServerAt): Step {
  return agentStep(at, true)
}

function agentStep(at: ServerAt, enabled: boolean): Step {
  const verb = enabled ? 'enable' : 'disable'
  return step<Before>({
    id: `${at.id}.agent-${enabled ? 'on' : 'off'}`,
    says: `${at.on}: ${verb} agent ${at.full}`,
    async probe(signal) {
      const {server} = await read(at, signal)
      const saw = server.agent.enabled ? 'the agent check is on' : 'the agent check is off'
      return {reached: server.agent.enabled === enabled, saw, before: {enabled: server.agent.enabled}}
    },
    apply: (signal) => turn(at, verb, signal),
    patienceMs: PATIENCE_MS,
    undo: {
      kind: 'restore',
      says: `${at.on}: ${enabled ? 'disable' : 'enable'} agent ${at.full}`,
      run: (before, signal) => turn(at, before.enabled ? 'enable' : 'disable', signal),
    },
  })
}

async function turn(at: ServerAt, verb: 'enable' | 'disable', signal: AbortSignal): Promise<void> {
  await (await at.instance()).agent(at.backend, at.server, verb, signal)
}
