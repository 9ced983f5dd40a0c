import type {Place} from './model.js'

/** `/subscriptions/S/resourceGroups/G/providers/Microsoft.Compute/virtualMachines/N` */
const ID = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/([^/]+\/[^/]+)\/([^/]+)$/i

export type ResourceId = Place & {subscription: string; kind: string}

/** Undefined for anything that is not the id of a resource at the top of its provider. */
export function parseId(text: string): ResourceId | undefined {
  const [, subscription, group, kind, name] = ID.exec(text) ?? []
  if (subscription === undefined || group === undefined || kind === undefined || name === undefined)
    return undefined
  return {subscription, group, kind, name}
}

export function vmId(subscription: string, {group, name}: Place): string {
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Compute/virtualMachines/${name}`
}

export function setId(subscription: string, {group, name}: Place): string {
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Compute/virtualMachineScaleSets/${name}`
}

/** Azure compares names without regard to case. */
export function sameId(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
