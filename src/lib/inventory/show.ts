import {stringify} from 'yaml'
import type {z} from 'zod'
import {showAwsTarget} from './aws.js'
import {showAzureTarget} from './azure.js'
import {showHaproxyTarget} from './haproxy.js'
import {showLinuxTarget} from './linux.js'
import {showReceiversTarget} from './receivers.js'
import {showRedisTarget} from './redis.js'
import type {Inventory, inventorySchema} from './schema.js'
import {showVsphereTarget} from './vsphere.js'

/** The inventory as redeye understood it, in the form of the file: JSON-able; secrets stay references. */
export function showInventory(inventory: Inventory): z.input<typeof inventorySchema> {
  const all = {
    haproxy: mapValues(inventory.haproxy, showHaproxyTarget),
    redis: mapValues(inventory.redis, showRedisTarget),
    vsphere: mapValues(inventory.vsphere, showVsphereTarget),
    receivers: mapValues(inventory.receivers, showReceiversTarget),
    azure: mapValues(inventory.azure, showAzureTarget),
    aws: mapValues(inventory.aws, showAwsTarget),
    linux: mapValues(inventory.linux, showLinuxTarget),
  }
  // A system without targets is not there.
  const present = Object.entries(all).filter(([, targets]) => Object.keys(targets).length > 0)
  const {announce} = inventory
  return {...Object.fromEntries(present), ...(announce.length > 0 && {announce})}
}

export function showInventoryYaml(inventory: Inventory): string {
  return stringify(showInventory(inventory))
}

function mapValues<In, Out>(record: Record<string, In>, map: (value: In) => Out): Record<string, Out> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))
}
