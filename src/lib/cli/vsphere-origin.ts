import {readFile} from 'node:fs/promises'
import type {Environment} from './environment.js'
import type {CommonFlags} from './flags.js'
import {GOVC, govcTarget} from './govc-env.js'
import {inventoryOf} from './inventory.js'

/** Linux shows it to root only; elsewhere it stays unknown. */
const UUID_FILE = '/sys/class/dmi/id/product_uuid'

/** Where vCenter is reached, and which machine asks: either may be a VM on the host that is to be emptied. */
export async function whoAsks(
  vcenter: string,
  flags: CommonFlags,
  at: Environment,
): Promise<{endpoint: string; machineUuid: string}> {
  const machineUuid = await readFile(UUID_FILE, 'utf8').then(
    (text) => text.trim().toLowerCase(),
    () => '',
  )
  return {endpoint: await endpointOf(vcenter, flags, at), machineUuid}
}

async function endpointOf(vcenter: string, flags: CommonFlags, at: Environment): Promise<string> {
  if (vcenter === GOVC) return new URL(govcTarget(at.env, () => undefined).url).hostname
  const {inventory} = await inventoryOf(flags.inventory, at)
  const target = inventory.vsphere[vcenter]
  return target ? new URL(target.url).hostname : ''
}
