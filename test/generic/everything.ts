import type {AwsLab} from '../../src/lib/lab/aws-lab.js'
import type {AzureLab} from '../../src/lib/lab/azure-lab.js'
import type {LabFleet} from '../../src/lib/lab/fleet.js'
import type {HaproxyLab} from '../../src/lib/lab/haproxy-lab.js'
import type {RedisLab} from '../../src/lib/lab/redis-lab.js'
import type {LabGuest} from '../../src/lib/lab/systemd-guest.js'
import type {VsphereLab} from '../../src/lib/lab/vsphere-lab.js'
import {states} from '../runbooks/haproxy/states.js'
import {failoverCalls, rolesOf} from '../runbooks/redis/states.js'

/** One peer of every system. */
export interface Peers {
  haproxy: HaproxyLab
  redis: RedisLab
  vsphere: VsphereLab
  aws: AwsLab
  fleet: LabFleet
  azure: AzureLab
  guest: LabGuest
}

/** Every server of every instance; who holds which slots, and what the nodes of the cluster were told. */
export async function everything({haproxy, redis, vsphere, aws, fleet, azure, guest}: Peers) {
  return {
    haproxy: await states(haproxy),
    redis: await rolesOf(redis),
    sent: await failoverCalls(redis),
    vsphere: (await vsphere.control.state()).vms.map(({name, host, power}) => [name, host, power]),
    changed: (await vsphere.control.calls()).filter(({write}) => write),
    aws: aws.writes(),
    instances: await aws.estate.states(),
    contacted: await fleet.control.counters(),
    azure: await azure.control.state(),
    asked: (await azure.control.seen()).filter(({method}) => method !== 'GET'),
    guest: await guest.run(
      'cat /proc/sys/kernel/random/boot_id; systemctl show -p InvocationID good; ls /var/tmp',
    ),
  }
}
