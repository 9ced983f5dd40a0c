import type {System} from '../../inventory/schema.js'
import {subscriptionOf} from '../azure-place.js'
import type {Environment} from '../environment.js'
import {inventoryOf} from '../inventory.js'
import {MAX_OFFSET_MS} from '../linux-flags.js'
import {receiversCheckInput} from '../receivers-check.js'

interface DefaultCheck {
  /** What `redeye SYSTEM check` asks of this target when it is given no flag. @throws UsageError */
  input(name: string, inventory: string | undefined, at: Environment): unknown
  /** Asks the same of this target alone, to paste. */
  command(name: string): string
}

/** The check of every system, with what it asks by itself. */
export const DEFAULT_CHECKS: Readonly<Record<System, DefaultCheck>> = {
  haproxy: {
    input: (group) => ({group}),
    command: (name) => `redeye haproxy check --group ${name}`,
  },
  redis: {
    input: (cluster) => ({cluster}),
    command: (name) => `redeye redis check --cluster ${name}`,
  },
  vsphere: {
    input: (vcenter) => ({vcenter, need: 'read'}),
    command: (name) => `redeye vsphere check --vcenter ${name}`,
  },
  receivers: {
    input: (fleet, inventory, at) => receiversCheckInput(fleet, undefined, {inventory, seed: 1}, at),
    command: (name) => `redeye receivers check --fleet ${name}`,
  },
  azure: {
    async input(name, inventory, at) {
      const {target, subscription} = await subscriptionOf(name, {inventory}, at)
      return {target, subscription, group: null, for: null}
    },
    command: (name) => `redeye azure check --target ${name}`,
  },
  aws: {
    input: (account) => ({account, purpose: 'read', instance: null}),
    command: (name) => `redeye aws check --account ${name}`,
  },
  linux: {
    async input(group, explicit, at) {
      const {inventory} = await inventoryOf(explicit, at)
      const hosts = inventory.linux[group]?.hosts.map(({name}) => name) ?? []
      return {hosts, maxOffsetMs: MAX_OFFSET_MS}
    },
    command: (name) => `redeye linux check ${name}`,
  },
}

export const SYSTEMS = Object.keys(DEFAULT_CHECKS) as System[]
