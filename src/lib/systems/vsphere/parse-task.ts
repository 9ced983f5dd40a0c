import {clean} from '../../text/clean.js'
import type {Found} from './kind.js'
import type {RECENT_TASK, TASK} from './kinds-task.js'
import type {RunningTask, TaskState} from './model.js'
import {taskError} from './soap-fault.js'

/** The unfinished ones, newest first. */
export function runningTasks(tasks: readonly Found<typeof RECENT_TASK>[]): RunningTask[] {
  return tasks
    .filter((one) => one['info.state'] === 'running' || one['info.state'] === 'queued')
    .toSorted((a, b) => begun(b) - begun(a))
    .map((one) => ({
      key: one.ref,
      what: one['info.descriptionId'] ?? '',
      entity: one['info.entity']?.ref ?? '',
      user: clean(one['info.reason']?.userName ?? ''),
      startedAtMs: one['info.startTime'] ?? 0,
      percent: one['info.progress'] ?? -1,
    }))
}

function begun(task: Found<typeof RECENT_TASK>): number {
  return task['info.startTime'] ?? task['info.queueTime'] ?? 0
}

const ENTERING = 'HostSystem.enterMaintenanceMode'

export function enteringOf(host: string, running: readonly RunningTask[]): RunningTask | null {
  return running.find(({entity, what}) => entity === host && what === ENTERING) ?? null
}

/** vSphere's own names of moves: by a person, and by DRS. */
const MOVES = /^(?:VirtualMachine\.(?:migrate|relocate)|Drm\.ExecuteVMotion)/i

export function isMove({what}: RunningTask): boolean {
  return MOVES.test(what)
}

/** @returns undefined when the server did not say in which state the task is */
export function taskState(task: Found<typeof TASK>): TaskState | undefined {
  const state = task['info.state']
  if (state === undefined) return undefined
  const error = task['info.error']
  const fault = error?.fault?.is
  return {
    key: task.ref,
    state,
    cancelled: task['info.cancelled'] ?? fault === 'RequestCanceled',
    error:
      state === 'error' ? (error ? taskError(error) : {fault: 'MethodFault', text: 'no reason given'}) : null,
  }
}

export function hasEnded({state}: TaskState): boolean {
  return state === 'success' || state === 'error'
}
