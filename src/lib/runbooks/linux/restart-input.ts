import {z} from 'zod'
import {appProbe, inWavesOf, unitName} from './input.js'

const ms = z.number().int().nonnegative()

export const restartInput = z.strictObject({
  ...inWavesOf,
  unit: unitName,
  /** By host. */
  settings: z.record(
    z.string(),
    z.strictObject({
      protect: z.array(z.string()),
      /** Empty: none. */
      configTest: z.array(z.string()),
      /** From the inventory, as opposed to what is known of this unit everywhere. */
      ownTest: z.boolean(),
      probe: appProbe.nullable(),
    }),
  ),
  /** How long it must stay up to count. */
  soakMs: ms,
  /** Of one host; null: as long as the unit itself may take to stop and start, and a margin. */
  timeoutMs: ms.nullable(),
  /** Let systemd read the unit files again first. */
  daemonReload: z.boolean(),
})
export type RestartInput = z.infer<typeof restartInput>
