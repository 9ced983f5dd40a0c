import type {Azure, AzureSystems} from '../../../systems/azure/azure.js'
import type {Vm} from '../../../systems/azure/model.js'
import {saidNo} from '../../said-no.js'

/** Changes with every boot of Linux [man random(4)]. */
const SCRIPT = 'cat /proc/sys/kernel/random/boot_id'
const LIMIT_S = 60

/**
 * Reads the boot id inside the guest by a managed Run Command, and deletes the command again. It changes nothing in the guest.
 * @throws `answered` when it cannot be read
 */
export async function readBootId(
  azure: Azure,
  systems: AzureSystems,
  vm: Vm,
  signal: AbortSignal,
): Promise<string> {
  const at = {group: vm.group, name: vm.name}
  const name = `redeye-boot-${systems.newId().slice(0, 8)}`
  const send = (change: Parameters<Azure['send']>[0]) => azure.send(change, systems.newId(), signal)
  const operation = await send({
    kind: 'put-command',
    at,
    name,
    location: vm.location,
    script: SCRIPT,
    timeoutS: LIMIT_S,
    digest: 'boot-id',
  })
  try {
    for (;;) {
      const {status, code, message} = await azure.ask(operation, signal)
      if (status === 'succeeded') break
      if (status !== 'running')
        throw saidNo(`its boot id could not be read: ${code}: ${message}`, 'run-command')
      if (signal.aborted) throw saidNo('called off while its boot id was read', 'run-command')
    }
    const command = await azure.command(at, name, signal)
    const id = command?.output.trim() ?? ''
    if (!/^[\w-]{8,}$/.test(id))
      throw saidNo(
        `its boot id could not be read: ${command?.state ?? 'gone'}: ${command?.error}`,
        'run-command',
      )
    return id
  } finally {
    // What is left behind is only a record; the next run with commands on this VM points it out.
    await send({kind: 'delete-command', at, name}).catch(() => {})
  }
}
