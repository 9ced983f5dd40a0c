import {z} from 'zod'
import type {Finding, Runbook} from '../../engine/runbook.js'
import type {HaproxySystems} from '../../systems/haproxy/group.js'
import {type Facts, members} from './facts.js'
import {present} from './guards/target.js'
import {asTarget, scope, serverName} from './input.js'
import {onServers, operable} from './on-servers.js'
import {cutStep} from './steps/cut.js'
import {serverAt} from './steps/server-at.js'

const input = z.strictObject({...scope, server: serverName})
type KillInput = z.infer<typeof input>

/** Cuts the sessions that are left on a server that takes no new ones. There is no way back. */
export const killSessions: Runbook<KillInput, Facts, HaproxySystems> = {
  id: 'haproxy.kill-sessions',
  summary: 'Cut the sessions left on a drained server',
  input,
  effect: () => 'destroy',
  ...onServers<KillInput>(),
  guards: (asked, facts) => [
    ...operable(facts),
    present(asTarget(asked), facts),
    outOfRotation(asked, facts),
  ],
  view: (asked, facts) => ({
    title: `Cut the sessions on ${asked.server}`,
    tables: [
      {
        columns: [{name: 'on'}, {name: 'state'}, {name: 'sessions', align: 'right'}],
        rows: members(facts, asTarget(asked)).map(({instance, view}) => [
          instance,
          view.status,
          String(view.sessions),
        ]),
      },
    ],
    notes: ['the clients of these sessions see a closed connection'],
  }),
  stages: (systems, asked, facts) => [
    {
      id: 'cut',
      says: 'cut the sessions that are left',
      steps: members(facts, asTarget(asked)).map(({instance, view}) =>
        cutStep(serverAt(systems, asked.group, instance, view.backend, view.name)),
      ),
    },
  ],
  onFailure: 'stop',
}

/** Clients of a server in rotation would come back to it at once. */
function outOfRotation(asked: KillInput, facts: Facts): Finding {
  const serving = members(facts, asTarget(asked)).filter(({view}) => view.admin === 'ready')
  if (serving.length === 0) return {id: 'serving', level: 'pass', saw: 'it takes no new clients'}
  return {
    id: 'serving',
    level: 'refuse',
    saw: serving.map(({instance, view}) => `${asked.server} is ${view.status} on ${instance}`).join('; '),
    clear: `redeye haproxy drain ${asked.server}`,
    overridable: true,
  }
}
