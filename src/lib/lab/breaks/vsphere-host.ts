import type {Break} from './break.js'
import {controlOf, isEvacuated, servingHost} from './vsphere-hosts.js'

export const vsphereHost: Break = {
  name: 'vsphere-host',
  part: 'vsphere',
  says: 'the memory of a host fails',
  cure: 'vsphere host evacuate',
  hint: 'The host is red, and nothing is down yet: there is time to do it right. Look at the host, see in the plan where each VM would go, and evacuate it.',
  practise: () => [
    'redeye vsphere status',
    'redeye vsphere host health HOST',
    'redeye vsphere host evacuate HOST --dry-run',
    'redeye vsphere host evacuate HOST',
  ],
  async break(lab) {
    const host = await servingHost(lab)
    const alarms = [{name: 'Host memory status', status: 'red' as const}]
    await controlOf(lab.record).host({host, status: 'red', alarms})
    return {host}
  },
  look: (lab, {host}) => isEvacuated(lab, String(host)),
  async mend({record}, {host}) {
    await controlOf(record).host({host: String(host), status: 'green', alarms: [], inMaintenance: false})
  },
}
