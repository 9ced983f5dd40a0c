import type {Finding} from '../../../engine/runbook.js'
import {doubt, pass} from '../../finding.js'
import type {Facts} from '../facts.js'
import type {RestoreInput} from '../input.js'

/** A host on its way into maintenance mode is not taken out of it behind somebody's back. */
export function nothingEnters({host, user}: Facts): Finding {
  const task = host.entering
  if (!task) return pass('mm-task-running', 'nobody puts it into maintenance mode just now')
  return doubt(
    'mm-task-running',
    `${task.user === user ? 'you have' : `${task.user || 'somebody'} has`} told ${host.name} to enter maintenance mode (${task.key})`,
    'cancel that task in vCenter, or wait until it has ended',
  )
}

/** Maintenance mode that no run of ours entered is somebody's maintenance. */
export function notForeign({run, entered}: Pick<RestoreInput, 'run' | 'entered'>, {host}: Facts): Finding {
  if (!host.inMaintenance) return pass('mm-foreign', `${host.name} is not in maintenance mode`)
  if (run !== null && entered) return pass('mm-foreign', `run ${run} put ${host.name} into maintenance mode`)
  return doubt(
    'mm-foreign',
    run === null
      ? `no run of redeye here put ${host.name} into maintenance mode`
      : `run ${run} did not put ${host.name} into maintenance mode`,
    'ask who works on it',
  )
}
