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

/** The whole file: for each system its targets by name, and who is told about runs. Another system is one line here, and one in show.ts. */
export const inventorySchema = z
  .strictObject({
    haproxy: z.record(name, haproxyTarget).default({}),
    redis: z.record(name, redisTarget).default({}),
    vsphere: z.record(name, vsphereTarget).default({}),
    receivers: z.record(name, receiversTarget).default({}),
    azure: z.record(name, azureTarget).default({}),
    aws: z.record(name, awsTarget).default({}),
    linux: z.record(name, linuxTarget).default({}),
    announce: announcements.default([]),
  })
  .meta({title: 'redeye inventory'})

export type Inventory = z.output<typeof inventorySchema>
export type System = Exclude<keyof Inventory, 'announce'>
