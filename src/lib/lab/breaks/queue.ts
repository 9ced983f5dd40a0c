import type {LabRecord} from '../lab-record.js'
import {appsOf, lookAtApps, mendApp, sayTo, tellInstances} from './apps.js'
import {type Break, oneOf} from './break.js'

/** Requests that the last server takes at once. */
const MAXCONN = 2
/** What it needs for one of them while it alone has all the load. */
const LATENCY_MS = 400

/** What is left after somebody's maintenance is too little for the traffic: requests queue in HAProxy, and time out there. */
export const queue: Break = {
  name: 'queue',
  part: 'haproxy',
  says: 'requests queue in front of one',
  cure: 'haproxy ready',
  hint: 'The server in rotation is well: it has as much as it takes, and the others are not DOWN, they are in MAINT: somebody never brought them back. The last lines of the status say that requests wait. Bring servers back one after the other, and look again.',
  practise: () => [
    'redeye haproxy status app',
    'redeye haproxy ready app/SERVER --dry-run',
    'redeye haproxy ready app/SERVER',
  ],
  async break({record, random}) {
    const left = oneOf(appsOf(record), random)
    await tellInstances(record, `set maxconn server app/${left} ${MAXCONN}`)
    await sayTo(record, left, `slow ${LATENCY_MS}`)
    for (const app of others(record, left)) await tellInstances(record, `set server app/${app} state maint`)
    return {left, since: Date.now()}
  },
  look: ({record}, {since}) => lookAtApps(record, Number(since)),
  async mend({record}, {left}) {
    await tellInstances(record, `set maxconn server app/${left} 0`)
    for (const app of appsOf(record)) await mendApp(record, app)
  },
}

function others(record: LabRecord, left: string): string[] {
  return appsOf(record).filter((app) => app !== left)
}
