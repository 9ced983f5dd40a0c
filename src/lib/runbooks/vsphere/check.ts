import {z} from 'zod'
import type {Check} from '../../engine/check.js'
import type {Finding} from '../../engine/runbook.js'
import type {EntityRef, Estate, VsphereSystems} from '../../systems/vsphere/vcenter.js'
import {few, pass, refuse} from '../finding.js'

const input = z.strictObject({
  vcenter: z.string().min(1),
  /** What the user must be allowed to do: everything an evacuation takes, or only to read. */
  need: z.enum(['evacuate', 'read']),
})
type CheckInput = z.infer<typeof input>

const SKEW_MS = 5 * 60_000

/** Yes only if signing in works, the clocks agree, the privileges are there and everything can be read. Never writes. */
export const check: Check<CheckInput, VsphereSystems> = {
  id: 'vsphere.check',
  summary: 'Ask whether vCenter could be operated now: sign-in, clock, privileges, one look at everything',
  input,
  subject: (asked) => asked.vcenter,
  async ask(systems, asked, signal) {
    const vcenter = await systems.vsphere(asked.vcenter)
    const about = await vcenter.about(signal)
    const {user} = await vcenter.session(signal)
    const skewMs = (await vcenter.clock(signal)) - systems.now()
    const began = systems.now()
    const estate = await vcenter.estate(null, signal)
    const sweepMs = systems.now() - began
    const missing = await vcenter.lacking(asked.need === 'read' ? [] : wanted(estate), signal)
    return [
      pass('sign-in', `${user} at ${about.fullName}`),
      clock(skewMs),
      privileges(user, missing),
      sweep(estate, sweepMs),
      hostsConnected(estate),
    ]
  },
}

/** What an evacuation takes, on every host, cluster and VM. */
function wanted({hosts, clusters, vms}: Estate): {entity: EntityRef; privileges: string[]}[] {
  const on = (type: string, privileges: string[]) => (one: {ref: string; name: string}) => ({
    entity: {type, ref: one.ref, name: one.name},
    privileges,
  })
  return [
    ...hosts.map(on('HostSystem', ['Host.Config.Maintenance'])),
    ...clusters
      .filter(({rootPool}) => rootPool !== '')
      .map(({rootPool, name}) => ({ref: rootPool, name}))
      .map(on('ResourcePool', ['Resource.AssignVMToPool'])),
    ...vms.map(
      on('VirtualMachine', [
        'Resource.HotMigrate',
        'Resource.ColdMigrate',
        'VirtualMachine.Interact.PowerOff',
        'VirtualMachine.Interact.PowerOn',
        'VirtualMachine.Interact.Suspend',
      ]),
    ),
  ]
}

function clock(skewMs: number): Finding {
  const seconds = Math.round(skewMs / 1000)
  if (Math.abs(skewMs) <= SKEW_MS) return pass('clock', `its clock differs from ours by ${seconds} s`)
  return refuse('clock', `its clock differs from ours by ${seconds} s`, 'look at NTP here and there')
}

function privileges(user: string, missing: readonly {entity: EntityRef; privilege: string}[]): Finding {
  if (missing.length === 0) return pass('privileges', `${user} may do all that is needed`)
  const kinds = [...new Set(missing.map(({privilege}) => privilege))]
  return refuse(
    'privileges',
    `${user} lacks ${few(kinds)} (for example on ${missing[0]?.entity.name})`,
    'give the user a role with these privileges',
  )
}

function sweep({clusters, hosts, vms, datastores}: Estate, ms: number): Finding {
  const saw = `${clusters.length} clusters, ${hosts.length} hosts, ${vms.length} VMs, ${datastores.length} datastores in ${Math.round(ms)} ms`
  if (hosts.length > 0) return pass('sweep', saw)
  return refuse('sweep', saw, 'a user who may see nothing sees an empty vCenter: give it the Read-only role')
}

function hostsConnected({hosts}: Estate): Finding {
  const away = hosts.filter(({connection}) => connection !== 'connected')
  if (away.length === 0) return pass('hosts', 'every host is connected')
  return refuse(
    'hosts',
    few(away.map(({name, connection}) => `${name} is ${connection}`)),
    'redeye vsphere status',
  )
}
