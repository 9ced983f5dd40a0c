import {z} from 'zod'

/** Not with a dash in front: sudoers name these commands word by word, so there is no `--` before it. */
export const unitName = z
  .string()
  .regex(/^[A-Za-z0-9:_.@\\][A-Za-z0-9:_.@\\-]*$/, 'expected the name of a systemd unit')

const ms = z.number().int().nonnegative()

/** What is asked of an application on its host. */
export const appProbe = z.union([
  z.strictObject({tcp: z.number().int().min(1).max(65535)}),
  z.strictObject({url: z.url({protocol: /^https?$/})}),
  z.strictObject({cmd: z.array(z.string()).min(1)}),
  z.strictObject({shell: z.string().min(1)}),
])

/** A host, with what the inventory says of its kind; alone where it is only in the ssh configuration. */
const host = z.strictObject({
  name: z.string().min(1),
  /** Empty: in no group. */
  group: z.string(),
  /** The other hosts of the group. */
  peers: z.array(z.string()),
})
export type HostInput = z.infer<typeof host>

/** What every change of some hosts, one wave after the other, asks. */
export const inWavesOf = {
  hosts: z.array(host).min(1),
  /** How many hosts at a time. */
  wave: z.union([
    z.strictObject({hosts: z.number().int().positive()}),
    z.strictObject({percent: z.number().positive().max(100)}),
  ]),
  pauseMs: ms,
  /** Hosts that may fail before no more are begun. */
  maxFailures: z.number().int().nonnegative(),
}
const wavesObject = z.object(inWavesOf)
export type InWaves = z.infer<typeof wavesObject>
