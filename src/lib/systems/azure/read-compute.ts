import type {VirtualMachineRunCommand} from '@azure/arm-compute'
import type {Arm} from './arm.js'
import type {Azure} from './azure.js'
import {isNotFound} from './errors.js'
import type {Command, Place, ScaleSet} from './model.js'
import type {Pace} from './pace.js'
import {parseInstance, parseVm} from './parse-vm.js'
import {parseId, setId} from './resource-id.js'
import type {Session} from './session.js'

const RESOURCES = '2021-04-01'
const KINDS = {
  vm: 'Microsoft.Compute/virtualMachines',
  set: 'Microsoft.Compute/virtualMachineScaleSets',
} as const

type Reads = Pick<
  Azure,
  | 'find'
  | 'tagged'
  | 'vm'
  | 'watch'
  | 'vms'
  | 'hasTemporaryDisk'
  | 'scaleSet'
  | 'members'
  | 'instances'
  | 'watchInstances'
  | 'commands'
  | 'command'
>

/** What the compute provider says, by the SDK's own calls. */
export function computeReads(session: Session, arm: Arm, pace: Pace, subscription: string): Reads {
  const vm: Azure['vm'] = ({group, name}, signal) =>
    session.call(`VM ${name}`, signal, async ({client}) =>
      parseVm(await client.virtualMachines.get(group, name, {expand: 'instanceView', abortSignal: signal})),
    )
  const instances: Azure['instances'] = ({group, name}, signal) =>
    session.call(`scale set ${name}`, signal, async ({client}) => {
      const options = {expand: 'instanceView', abortSignal: signal}
      return (await all(client.virtualMachineScaleSetVMs.list(group, name, options))).map(parseInstance)
    })
  const resources = (filter: string, signal: AbortSignal) =>
    arm.list(
      `/subscriptions/${subscription}/resources?$filter=${encodeURIComponent(filter)}`,
      RESOURCES,
      signal,
    )
  const paced = async <T>(key: string, signal: AbortSignal, read: () => Promise<T>): Promise<T> => {
    await pace.turn(key, signal)
    const got = await read()
    pace.asked(key, undefined)
    return got
  }
  return {
    vm,
    instances,
    watch: (at, signal) => paced(`vm ${at.group}/${at.name}`, signal, () => vm(at, signal)),
    watchInstances: (at, signal) => paced(`set ${at.group}/${at.name}`, signal, () => instances(at, signal)),
    // A filter by tag takes no further term [docs: Resources - List].
    tagged: async (key, value, signal) =>
      placesOf(
        await resources(`tagName eq '${quoted(key)}' and tagValue eq '${quoted(value)}'`, signal),
        KINDS.vm,
      ),
    find: async (kind, name, signal) =>
      placesOf(
        await resources(`resourceType eq '${KINDS[kind]}' and name eq '${quoted(name)}'`, signal),
        KINDS[kind],
      ),
    vms: (signal) =>
      session.call('the VMs', signal, async ({client}) =>
        (await all(client.virtualMachines.listAll({statusOnly: 'true', abortSignal: signal}))).map(parseVm),
      ),
    hasTemporaryDisk: ({group, name}, size, signal) =>
      session.call(`sizes for ${name}`, signal, async ({client}) => {
        const sizes = await all(client.virtualMachines.listAvailableSizes(group, name, {abortSignal: signal}))
        const known = sizes.find((one) => one.name?.toLowerCase() === size.toLowerCase())
        return known?.resourceDiskSizeInMB === undefined ? null : known.resourceDiskSizeInMB > 0
      }),
    // Without the instance view: for flexible sets the list takes no further parameters.
    members: ({group, name}, signal) =>
      session.call(`scale set ${name}`, signal, async ({client}) =>
        placesOf(
          await all(client.virtualMachineScaleSetVMs.list(group, name, {abortSignal: signal})),
          KINDS.vm,
        ),
      ),
    scaleSet: (at, signal) => scaleSet(session, arm, subscription, at, signal),
    commands: ({group, name}, signal) =>
      session.call(`run commands of ${name}`, signal, async ({client}) =>
        (
          await all(client.virtualMachineRunCommands.listByVirtualMachine(group, name, {abortSignal: signal}))
        ).map(parseCommand),
      ),
    command: ({group, name}, called, signal) =>
      paced(`command ${group}/${name}/${called}`, signal, () =>
        session
          .call(`run command ${called} of ${name}`, signal, async ({client}) =>
            parseCommand(
              await client.virtualMachineRunCommands.getByVirtualMachine(group, name, called, {
                expand: 'instanceView',
                abortSignal: signal,
              }),
            ),
          )
          .catch((error: unknown) => {
            if (isNotFound(error)) return undefined
            throw error
          }),
      ),
  }
}

function placesOf(resources: unknown[], kind: string): Place[] {
  return (resources as {id?: string}[]).flatMap(({id}) => {
    const place = parseId(id ?? '')
    return place?.kind.toLowerCase() === kind.toLowerCase() ? [{group: place.group, name: place.name}] : []
  })
}

function quoted(text: string): string {
  return text.replaceAll("'", "''")
}

async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const one of pages) found.push(one)
  return found
}

async function scaleSet(
  session: Session,
  arm: Arm,
  subscription: string,
  at: Place,
  signal: AbortSignal,
): Promise<ScaleSet> {
  const set = await session.call(`scale set ${at.name}`, signal, ({client}) =>
    client.virtualMachineScaleSets.get(at.group, at.name, {abortSignal: signal}),
  )
  return {
    ...at,
    id: set.id ?? setId(subscription, at),
    mode: set.orchestrationMode === 'Flexible' ? 'Flexible' : 'Uniform',
    repairs: set.automaticRepairsPolicy?.enabled === true,
    upgrade: String(set.upgradePolicy?.mode ?? ''),
    overprovision: set.overprovision === true,
    rolling: await rollingUpgrade(arm, setId(subscription, at), signal),
  }
}

/** A set that was never upgraded has none. */
async function rollingUpgrade(arm: Arm, id: string, signal: AbortSignal): Promise<string | null> {
  try {
    const latest = (await arm.get(`${id}/rollingUpgrades/latest`, '2024-07-01', signal)) as {
      properties?: {runningStatus?: {code?: string}}
    }
    return latest.properties?.runningStatus?.code ?? null
  } catch (error) {
    if (isNotFound(error)) return null
    throw error
  }
}

function parseCommand(one: VirtualMachineRunCommand): Command {
  const view = one.instanceView
  return {
    name: one.name ?? '',
    state: String(view?.executionState ?? 'Unknown'),
    exitCode: view?.exitCode ?? null,
    output: view?.output ?? '',
    error: view?.error ?? '',
    tags: one.tags ?? {},
  }
}
