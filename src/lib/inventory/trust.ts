import {InventoryError} from './problem.js'
import type {Inventory} from './schema.js'
import {runsProgram} from './secret.js'

/**
 * An inventory that merely lies in the current directory runs no programs: whoever wrote the repository that was
 * cloned there would choose them. One that a person named, or keeps in the own configuration, may.
 * @throws InventoryError
 */
export function checkTrust(path: string, inventory: Inventory): void {
  if (!runsProgram(inventory)) return
  throw new InventoryError(
    [
      `the inventory ${path} runs a program ({cmd: ...}), and it was only found in this directory`,
      `Read what it runs; if that is right, name the file: --inventory ${path} (or REDEYE_INVENTORY)`,
    ].join('\n'),
  )
}
