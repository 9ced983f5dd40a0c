import {z} from 'zod'
import {announcements} from './announce.js'
import {awsTarget} from './aws.js'
import {azureTarget} from './azure.js'
import {haproxyTarget} from './haproxy.js'
import {linuxTarget} from './linux.js'
import {name} from './name.js'
import {receiversTarget} from './receivers.js'
import {redisTarget} from './redis.js'
import {vsphereTarget} from './vsphere.js'

/** For each system its targets by name. Another system is one line here, and one in show.ts. */
const systems = {
  haproxy: z.record(name, haproxyTarget).default({}),
  redis: z.record(name, redisTarget).default({}),
  vsphere: z.record(name, vsphereTarget).default({}),
  receivers: z.record(name, receiversTarget).default({}),
  azure: z.record(name, azureTarget).default({}),
  aws: z.record(name, awsTarget).default({}),
  linux: z.record(name, linuxTarget).default({}),
}
export type System = keyof typeof systems
export const SYSTEMS = Object.keys(systems) as [System, ...System[]]

/** The whole file. */
export const inventorySchema = z
  .strictObject({...systems, announce: announcements.default([])})
  .meta({title: 'redeye inventory'})

export type Inventory = z.output<typeof inventorySchema>
