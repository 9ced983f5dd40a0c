import {z} from 'zod'
import type {Runbook} from '../../engine/runbook.js'
import type {HaproxySystems} from '../../systems/haproxy/group.js'
import {type DrainInput, RECHECK, takeOutGuards} from './drain.js'
import {type Facts, members} from './facts.js'
import {capacity, target} from './input.js'
import {onServers} from './on-servers.js'
import {serverAt} from './steps/server-at.js'
import {maintStep} from './steps/set-state.js'
import {rotationView} from './view.js'

const input = z.strictObject({...target, ...capacity})
type MaintInput = z.infer<typeof input>

/** Into maintenance at once: new and bound clients move, sessions that are open stay. `drain --then maint` is gentler. */
export const maintNow: Runbook<MaintInput, Facts, HaproxySystems> = {
  id: 'haproxy.maint-now',
  summary: 'Put a server into maintenance without waiting for its sessions',
  input,
  effect: () => 'disrupt',
  ...onServers<MaintInput>(),
  guards: (asked, facts) => takeOutGuards(asDrain(asked), facts),
  view: (asked, facts) =>
    rotationView('Maintenance, now,', asked, facts, [
      'health checks of the server stop',
      'requests in flight may fail, and sessions that are open stay open: drain first where there is time',
      "'on-marked-down shutdown-sessions' in its configuration cuts them at that instant; HAProxy does not tell whether it is set",
    ]),
  stages: (systems, asked, facts) => [
    {
      id: 'maint',
      says: 'put it into maintenance, one instance after the other',
      steps: members(facts, asked).map(({instance, view}) =>
        maintStep(serverAt(systems, asked.group, instance, view.backend, view.name), view.admin, RECHECK),
      ),
    },
  ],
  onFailure: 'undo',
}

function asDrain(asked: MaintInput): DrainInput {
  return {...asked, timeoutMs: 0, pollMs: 0, settle: 1, end: 'maint', onTimeout: 'undo', keepAgent: true}
}
