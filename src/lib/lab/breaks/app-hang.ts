import {appsOf, lookAtApps, mendApp, sayTo} from './apps.js'
import {type Break, oneOf} from './break.js'

/** Health checks alone do not find it: that is the lesson. */
export const appHang: Break = {
  name: 'app-hang',
  part: 'haproxy',
  says: 'answers health checks alone',
  cure: 'haproxy maint',
  hint: 'HAProxy shows every server UP, and clients time out all the same. Look where sessions pile up, and take that server away: the requests it holds do not end, so a drain waits for them in vain. Once the application is well again (lab mend), undo the run or make the server ready.',
  practise: () => [
    'redeye haproxy status app',
    'redeye haproxy maint app/SERVER --now --dry-run',
    'redeye haproxy maint app/SERVER --now',
  ],
  async break({record, random}) {
    const app = oneOf(appsOf(record), random)
    await sayTo(record, app, 'hang')
    return {app, since: Date.now()}
  },
  look: ({record}, {since}) => lookAtApps(record, Number(since)),
  mend: ({record}, {app}) => mendApp(record, String(app)),
}
