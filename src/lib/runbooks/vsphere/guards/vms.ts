import type {Finding} from '../../../engine/runbook.js'
import type {Vm} from '../../../systems/vsphere/model.js'
import {doubt, few, pass, refuse, warn} from '../../finding.js'
import {type Choice, type Fate, isNamed} from '../choose.js'
import {type Facts, vmsOn} from '../facts.js'
import type {EvacuateInput} from '../input.js'
import {isMigration} from '../migration.js'
import {isFaultTolerant} from '../mode.js'

/** A slip must not read as caution. A VM that has left the host since is known all the same: a resumed run names it too. */
export function knownNames({skip, stop}: Pick<EvacuateInput, 'skip' | 'stop'>, {vms, host}: Facts): Finding {
  const named = [...skip, ...Object.keys(stop)].map((name) => {
    const matches = vms.filter((vm) => isNamed(vm, [name]))
    const here = matches.filter((vm) => vm.host === host.ref)
    return {name, matches: here.length === 1 ? here : matches}
  })
  const several = named.filter(({matches}) => matches.length > 1)
  if (several.length > 0)
    return refuse(
      'vm-name',
      few(
        several.map(
          ({name, matches}) =>
            `${matches.length} VMs are called ${name} (${matches.map(({ref}) => ref).join(', ')})`,
        ),
      ),
      'write the reference of one',
    )
  const unknown = named.filter(({matches}) => matches.length === 0)
  if (unknown.length === 0) return pass('vm-name', 'every VM that was named is known')
  return doubt(
    'vm-name',
    `there is no VM ${few(unknown.map(({name}) => name))} on ${host.name}`,
    'redeye vsphere vm list',
  )
}

export function noQuestion(choice: Choice): Finding {
  const asked = touched(choice).flatMap(({name, question}) =>
    question ? [`${name}: "${question.text}" (${question.choices.join(' | ')})`] : [],
  )
  if (asked.length === 0) return pass('vm-question', 'no VM waits for an answer')
  return doubt('vm-question', few(asked), 'answer it in vCenter; redeye never answers for you')
}

/** What we do ourselves is followed, after a resume too; what DRS moves is what it is asked for. */
export function noTask(choice: Choice, {user}: Facts): Finding {
  const busy = choice.fates.flatMap(({vm: {name, task}, fate}) =>
    task ? [{name, task, kind: fate.kind}] : [],
  )
  const expected = busy.filter(({task, kind}) => {
    if (kind === 'drs') return isMigration(task)
    return task.user === user && (kind === 'stop' || (kind === 'move' && isMigration(task)))
  })
  const others = busy.filter((one) => !expected.includes(one) && one.kind !== 'stays' && one.kind !== 'agent')
  if (others.length > 0)
    return doubt(
      'vm-task-running',
      few(others.map(({name, task}) => `${name}: ${task.what} by ${task.user || 'somebody'}`)),
      'wait until it is over (a backup, a snapshot, a clone)',
    )
  if (expected.length > 0)
    return warn('vm-task-running', `already on its way, and followed: ${few(expected.map(({name}) => name))}`)
  return pass('vm-task-running', 'nothing is done to the VMs just now')
}

const MOVING = ['RelocateVM_Task', 'MigrateVM_Task']

export function notSwitchedOff(choice: Choice): Finding {
  const locked = touched(choice, 'move', 'drs').filter(({disabledMethods}) =>
    disabledMethods.some((method) => MOVING.includes(method)),
  )
  if (locked.length === 0) return pass('vm-disabled-method', 'every VM may be moved')
  return doubt(
    'vm-disabled-method',
    `moving is switched off, usually by a backup that runs or has died: ${few(locked.map(({name}) => name))}`,
    'let the backup finish, or have its product release the VM',
  )
}

export function accessible(facts: Facts): Finding {
  const bad = vmsOn(facts).filter(
    ({power, connection}) => power === 'poweredOn' && connection !== 'connected',
  )
  if (bad.length === 0) return pass('vm-inaccessible', 'every running VM can be managed')
  return doubt(
    'vm-inaccessible',
    `these run and cannot be managed: ${few(bad.map(({name, connection}) => `${name} (${connection})`))}`,
    'look at the storage of the host; they stay where they are',
  )
}

export function devices(asked: Pick<EvacuateInput, 'disconnectMedia'>, choice: Choice): Finding {
  const bad = choice.hindrances.filter(({fix}) => fix === 'stop' || !asked.disconnectMedia)
  if (bad.length === 0) return pass('device', 'no device keeps a VM where it is')
  const media = bad.every(({fix}) => fix === 'media')
  const [first] = bad
  return doubt(
    'device',
    few(bad.map(({vm, device, text}) => `${vm.name}: ${device.label}: ${text}`)),
    media
      ? 'disconnect them with --disconnect-media'
      : `stop such a VM instead: --stop ${first?.vm.name}=shutdown`,
  )
}

export function faultTolerance(choice: Choice): Finding {
  const protectedVms = touched(choice, 'move', 'drs').filter(isFaultTolerant)
  if (protectedVms.length === 0) return pass('ft', 'no VM is fault tolerant')
  return warn(
    'ft',
    `fault tolerant, so the server decides whether they move: ${few(protectedVms.map(({name}) => name))}`,
  )
}

export function notPinned(choice: Choice): Finding {
  const pinned = touched(choice, 'move', 'drs').filter(
    ({cpuAffinity, power}) => cpuAffinity && power === 'poweredOn',
  )
  if (pinned.length === 0) return pass('pinned', 'no VM is pinned to processors')
  return doubt(
    'pinned',
    `pinned to processors of this host: ${few(pinned.map(({name}) => name))}`,
    `clear the CPU affinity, or stop it: --stop ${pinned[0]?.name}=shutdown`,
  )
}

/** The machine that runs this must not switch itself off. */
export function notOurselves({machineUuid}: Pick<EvacuateInput, 'machineUuid'>, choice: Choice): Finding {
  const own =
    machineUuid === '' ? [] : touched(choice, 'stop').filter(({biosUuid}) => sameUuid(biosUuid, machineUuid))
  const [first] = own
  if (!first) return pass('cli-vm', 'the machine that runs redeye is not stopped')
  return doubt(
    'cli-vm',
    `${first.name} is the machine that runs redeye, and would be stopped`,
    'run redeye from elsewhere',
  )
}

/** vCenter on the host that is emptied: it moves last, and is away for a moment. */
export function vcenterVm({endpoint}: Pick<EvacuateInput, 'endpoint'>, choice: Choice): Finding {
  const isIt = (vm: Vm) => isVcenterVm(vm, endpoint)
  const [stopped] = touched(choice, 'stop').filter(isIt)
  if (stopped)
    return doubt(
      'vcenter-vm',
      `${stopped.name} is this vCenter, and would be stopped`,
      'sign in to the host itself',
    )
  const [moved] = touched(choice, 'move', 'drs').filter(isIt)
  if (moved)
    return warn('vcenter-vm', `${moved.name} is this vCenter: it moves last, and may not answer for a moment`)
  return pass('vcenter-vm', 'this vCenter does not run on the host')
}

export function isVcenterVm({guest}: Vm, endpoint: string): boolean {
  if (endpoint === '') return false
  return guest.addresses.includes(endpoint) || guest.hostName.toLowerCase() === endpoint.toLowerCase()
}

function touched({fates}: Choice, ...kinds: Fate['kind'][]): Vm[] {
  const wanted = kinds.length > 0 ? kinds : ['move', 'stop', 'drs']
  return fates.flatMap(({vm, fate}) => (wanted.includes(fate.kind) ? [vm] : []))
}

/** SMBIOS gives the first three groups in either byte order [SMBIOS 3.7, 7.2.1]. */
function sameUuid(one: string, other: string): boolean {
  const plain = (text: string) => text.toLowerCase().replaceAll('-', '')
  return plain(one) === plain(other) || swapped(plain(one)) === plain(other)
}

function swapped(hex: string): string {
  const reversed = (text: string) => (text.match(/../g) ?? []).reverse().join('')
  return reversed(hex.slice(0, 8)) + reversed(hex.slice(8, 12)) + reversed(hex.slice(12, 16)) + hex.slice(16)
}
