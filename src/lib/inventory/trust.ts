import {InventoryError} from './problem.js'
import type {Inventory} from './schema.js'
import {runsProgram} from './secret.js'

/** Who owns a file and may write to it, as `stat` has it. */
export interface Ownership {
  uid: number
  mode: number
}

/**
 * An inventory that merely lies in the current directory may run programs for its secrets only where nobody but the
 * user and root can have written it.
 * @param uid the user's; where there is none, files have no such owner
 * @throws InventoryError
 */
export function checkTrust(
  path: string,
  inventory: Inventory,
  {uid: owner, mode}: Ownership,
  uid: number | undefined,
): void {
  if (uid === undefined || !runsProgram(inventory)) return
  const open = (mode & 0o022) !== 0
  const foreign = owner !== uid && owner !== 0
  if (!open && !foreign) return
  const why = foreign ? `belongs to user ${owner}` : 'can be written by others'
  const mend = foreign ? `chown ${uid} ${path} && chmod go-w ${path}` : `chmod go-w ${path}`
  throw new InventoryError(
    [
      `the inventory ${path} runs a program for a secret ({cmd: ...}), but it was found in this directory and ${why}`,
      `Read what it runs; if that is right: ${mend}; or name the file: --inventory ${path}`,
    ].join('\n'),
  )
}
