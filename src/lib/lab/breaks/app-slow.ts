import {appsOf, lookAtApps, mendApp, sayTo} from './apps.js'
import {type Break, oneOf} from './break.js'

export const appSlow: Break = {
  name: 'app-slow',
  part: 'haproxy',
  says: 'two seconds for every answer',
  cure: 'haproxy drain',
  hint: 'Nothing fails, so nothing is red; clients wait. The slow server holds most of the sessions. Its requests do end, so a drain is the gentlest way to take it away, and a small weight the way to keep looking at it.',
  practise: () => [
    'redeye haproxy status app',
    'redeye haproxy drain app/SERVER --dry-run',
    'redeye haproxy drain app/SERVER',
  ],
  async break({record, random}) {
    const app = oneOf(appsOf(record), random)
    await sayTo(record, app, 'slow 2000')
    return {app, since: Date.now()}
  },
  look: ({record}, {since}) => lookAtApps(record, Number(since)),
  mend: ({record}, {app}) => mendApp(record, String(app)),
}
