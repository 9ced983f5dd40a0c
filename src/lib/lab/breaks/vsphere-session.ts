import type {Break} from './break.js'
import {controlOf, isEvacuated, servingHost} from './vsphere-hosts.js'

export const vsphereSession: Break = {
  name: 'vsphere-session',
  part: 'vsphere',
  says: 'sessions expire all the time',
  cure: 'vsphere host evacuate',
  hint: 'Redeye signs in again and goes on where it was, and a relocation that had been started goes on without it. The task is over once the host is evacuated.',
  practise: () => [
    'redeye vsphere status',
    'redeye vsphere host evacuate HOST --dry-run',
    'redeye vsphere host evacuate HOST',
  ],
  break: async (lab) => ({host: await servingHost(lab)}),
  task: ({host}) => `evacuate ${host} meanwhile`,
  look: (lab, {host}) => isEvacuated(lab, String(host)),
  async keepUp({record}) {
    await controlOf(record).endSessions()
  },
  async mend({record}, {host}) {
    await controlOf(record).host({host: String(host), inMaintenance: false})
  },
}
