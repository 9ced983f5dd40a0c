import type {Found} from './kind.js'
import {HOST_HEALTH, HOST_STATE} from './kinds-host.js'
import {RECENT_TASK, TASK} from './kinds-task.js'
import {VM_STATE, WHEREABOUTS} from './kinds-vm.js'
import type {TaskState} from './model.js'
import {parseHealth} from './parse-health.js'
import {parseHostState} from './parse-host.js'
import {runningTasks, taskState} from './parse-task.js'
import {parseVmState, parseWhereabouts} from './parse-vm.js'
import {HOST_TASKS, POOL_VMS, VM_TASKS} from './select.js'
import type {Session} from './session.js'
import {time} from './shape.js'
import {sweep, theOne} from './sweep.js'
import type {HostHealth, HostState, VmState, Whereabouts} from './vcenter.js'

export async function readWhereabouts(
  session: Session,
  rootPool: string,
  signal: AbortSignal,
): Promise<Whereabouts[]> {
  const start = {from: {type: 'ResourcePool', ref: rootPool}, on: POOL_VMS}
  const found = await sweep(session, [WHEREABOUTS], [start], signal)
  return found.all(WHEREABOUTS).map(parseWhereabouts)
}

/** Several VMs in one call; those that are gone are left out. */
export async function readVmStates(
  session: Session,
  vms: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, VmState>> {
  const starts = vms.map((ref) => ({from: {type: 'VirtualMachine', ref}, on: [VM_TASKS]}))
  const found = await sweep(session, [VM_STATE, RECENT_TASK], starts, signal)
  const running = runningTasks(found.all(RECENT_TASK))
  return new Map(
    found.all(VM_STATE).map((one) => {
      const own = running.filter(({entity}) => entity === one.ref)
      return [one.ref, parseVmState(one, own)] as const
    }),
  )
}

export async function readHostState(session: Session, host: string, signal: AbortSignal): Promise<HostState> {
  const start = {from: {type: 'HostSystem', ref: host}, on: [HOST_TASKS]}
  const found = await sweep(session, [HOST_STATE, RECENT_TASK], [start], signal)
  return parseHostState(theOne(found, HOST_STATE, host, session.where), runningTasks(found.all(RECENT_TASK)))
}

/** @returns undefined when the server has forgotten it */
export async function readTask(
  session: Session,
  key: string,
  signal: AbortSignal,
): Promise<TaskState | undefined> {
  const contents = await readTaskContents(session, key, signal)
  return contents && taskState(contents)
}

export async function readTaskContents(
  session: Session,
  key: string,
  signal: AbortSignal,
): Promise<Found<typeof TASK> | undefined> {
  const found = await sweep(session, [TASK], [{from: {type: 'Task', ref: key}}], signal)
  return found.all(TASK).find(({ref}) => ref === key)
}

export async function readClock(session: Session, signal: AbortSignal): Promise<number> {
  const self = {type: 'ServiceInstance', ref: 'ServiceInstance'}
  const now = await session.call({self, method: 'CurrentTime', args: [], returns: time}, signal)
  if (now === undefined) throw new Error('CurrentTime without a time')
  return now
}

export async function readHealth(session: Session, host: string, signal: AbortSignal): Promise<HostHealth> {
  const found = await sweep(session, [HOST_HEALTH], [{from: {type: 'HostSystem', ref: host}}], signal)
  const one = theOne(found, HOST_HEALTH, host, session.where)
  return parseHealth(one, await skew(session, one['configManager.dateTimeSystem'], signal))
}

/** Milliseconds that the host is ahead of the server; null when the host does not say its time. */
async function skew(
  session: Session,
  system: string | undefined,
  signal: AbortSignal,
): Promise<number | null> {
  if (system === undefined) return null
  const self = {type: 'HostDateTimeSystem', ref: system}
  const asked = session
    .call({self, method: 'QueryDateTime', args: [], returns: time}, signal)
    .catch((error) => {
      if (signal.aborted) throw error
      return undefined
    })
  const [ours, theirs] = await Promise.all([readClock(session, signal), asked])
  return theirs === undefined ? null : theirs - ours
}
