import type {Azure, AzureSystems} from '../../systems/azure/azure.js'
import type {Account, Lock, Permissions, Place, Vm} from '../../systems/azure/model.js'
import {parseId, vmId} from '../../systems/azure/resource-id.js'
import {orNull} from './facts.js'
import type {RunInput} from './run-input.js'
import {together} from './together.js'

export type Target = {
  vm: Vm
  /** Names of managed commands that are there; null when they could not be read. */
  commands: string[] | null
  locks: Lock[] | null
  permissions: Permissions | null
}

export type RunFacts = {
  account: Account
  targets: Target[]
  /** Names that are none, or several. */
  unresolved: string[]
  unread: {[what: string]: string}
}

export async function surveyRun(
  systems: AzureSystems,
  asked: RunInput,
  signal: AbortSignal,
): Promise<RunFacts> {
  const azure = await systems.azure(asked.target, asked.subscription)
  const account = await azure.account(signal)
  const unresolved: string[] = []
  const places = asked.tag
    ? await azure.tagged(asked.tag.key, asked.tag.value, signal)
    : await named(azure, asked, unresolved, signal)
  const unread: {[what: string]: string} = {}
  const targets = await together(places, (place) => one(azure, place, unread, signal))
  return {account, targets, unresolved, unread}
}

async function named(
  azure: Azure,
  asked: RunInput,
  unresolved: string[],
  signal: AbortSignal,
): Promise<Place[]> {
  const places: Place[] = []
  for (const text of asked.vms) {
    const id = parseId(text)
    const found = id
      ? [id]
      : asked.group === null
        ? await azure.find('vm', text, signal)
        : [{group: asked.group, name: text}]
    const [only] = found
    if (!only) unresolved.push(`${text}: there is none`)
    else if (found.length > 1) unresolved.push(`${text}: in ${found.map(({group}) => group).join(' and ')}`)
    else if (places.some((one) => samePlace(one, only))) unresolved.push(`${text}: named twice`)
    else places.push({group: only.group, name: only.name})
  }
  return places
}

function samePlace(a: Place, b: Place): boolean {
  return a.group.toLowerCase() === b.group.toLowerCase() && a.name.toLowerCase() === b.name.toLowerCase()
}

async function one(
  azure: Azure,
  place: Place,
  unread: {[what: string]: string},
  signal: AbortSignal,
): Promise<Target> {
  const id = vmId(azure.subscription, place)
  const [vm, commands, locks, permissions] = await Promise.all([
    azure.vm(place, signal),
    orNull('commands', azure.commands(place, signal), unread),
    orNull('locks', azure.locks(id, signal), unread),
    orNull('permissions', azure.permissions(id, signal), unread),
  ])
  return {vm, commands: commands?.map(({name}) => name) ?? null, locks, permissions}
}
