import {z} from 'zod'

/** Which host of which vCenter (or which ESXi host by itself). */
export const common = {
  /** Name in the inventory. */
  vcenter: z.string().min(1),
  /** Name, inventory path, address or MoRef value. */
  host: z.string().min(1),
}

const ms = z.number().int().positive()
const percent = z.number().min(0).max(90)
export const howToStop = z.enum(['shutdown', 'suspend', 'poweroff'])
export type HowToStop = z.infer<typeof howToStop>
export const vsanMode = z.enum(['ensureObjectAccessibility', 'evacuateAllData', 'noAction'])

/** How VMs are moved: by evacuate, and back by restore. */
export const moving = {
  /** Moves at once; null: as many as the hosts' links and vCenter's own limits allow. */
  parallel: z.number().int().min(1).max(32).nullable(),
  vmTimeoutMs: ms,
  /** Percent of a target that stays free. */
  memHeadroom: percent,
  cpuHeadroom: percent,
  /** Names of placement rules that do not count this time. */
  ignoreRules: z.array(z.string()),
  priority: z.enum(['default', 'high']),
}

export const evacuateInput = z.strictObject({
  ...common,
  ...moving,
  /** Only these hosts take VMs; empty: all that can. */
  targets: z.array(z.string()),
  /** These hosts take none. */
  exclude: z.array(z.string()),
  poweredOff: z.enum(['leave', 'move']),
  /** Enter maintenance mode at the end; false: move only. */
  maintenance: z.boolean(),
  /** VMs (name or MoRef value) that stay; only without maintenance. */
  skip: z.array(z.string()),
  /** VMs (name or MoRef value) that are stopped instead of moved. */
  stop: z.record(z.string(), howToStop),
  /** How all VMs stop where nothing can move them. */
  standalone: howToStop.nullable(),
  shutdownTimeoutMs: ms,
  /** When a guest does not shut down in that time, or has no VMware Tools. */
  // biome-ignore lint/suspicious/noThenProperty: the flag is called so, and nobody awaits the input
  then: z.enum(['poweroff', 'suspend', 'fail']),
  disconnectMedia: z.boolean(),
  vsan: vsanMode.nullable(),
  /** How long vCenter may take to enter maintenance mode. */
  timeoutMs: ms,
  /** How long nothing may move before entering counts as stuck. */
  stallMs: ms,
  onStuck: z.enum(['ask', 'cancel', 'migrate', 'wait']),
  onVmFailure: z.enum(['continue', 'stop']),
  rollbackMoves: z.boolean(),
  /** Host name or address by which vCenter is reached, to know it when it is a VM on the host; empty: unknown. */
  endpoint: z.string(),
  /** SMBIOS UUID of the machine that runs redeye; empty: unknown. */
  machineUuid: z.string(),
})
export type EvacuateInput = z.infer<typeof evacuateInput>

/** The host serves again; what an earlier evacuation moved or stopped comes back when asked for. */
export const restoreInput = z.strictObject({
  ...common,
  ...moving,
  /** The evacuation, and what it did by its journal (`whatItDid`); null: maintenance mode was entered otherwise. */
  run: z.string().nullable(),
  entered: z.boolean(),
  moved: z.array(z.strictObject({vm: z.string(), name: z.string(), targets: z.array(z.string())})),
  stopped: z.array(z.strictObject({vm: z.string(), name: z.string(), toolsRan: z.boolean()})),
  moveBack: z.boolean(),
  powerOn: z.boolean(),
  /** Undo puts the host into maintenance mode again. */
  undoExit: z.boolean(),
  /** How long the host must stay out of maintenance mode before anything goes there. */
  settleMs: z.number().int().nonnegative(),
})
export type RestoreInput = z.infer<typeof restoreInput>

export const rebootInput = z.strictObject({
  ...common,
  /** How long the host may take until it is connected again. */
  waitMs: ms,
  /** Leave maintenance mode once it is back. */
  exitAfter: z.boolean(),
  settleMs: z.number().int().nonnegative(),
})
export type RebootInput = z.infer<typeof rebootInput>
