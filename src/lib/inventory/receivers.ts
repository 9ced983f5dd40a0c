import {z} from 'zod'
import {COLUMNS} from './fleet/host.js'
import {FORMATS, formatOf} from './fleet/rows.js'
import {name} from './name.js'
import {showSsh, ssh} from './ssh.js'

const column = z.string().min(1)
const format = z.enum(FORMATS).exactOptional()

/** Where the list of hosts comes from. */
const list = z.union(
  [
    z
      .strictObject({file: z.string().min(1), format})
      .refine(({file, format: said}) => said !== undefined || formatOf(file) !== undefined, {
        error: `the name does not tell the format: add format: ${FORMATS.join(' | ')}`,
      }),
    z.strictObject({cmd: z.array(z.string()).min(1), format: z.enum(FORMATS)}),
  ],
  {error: 'expected {file: PATH} or {cmd: [PROGRAM, ARGUMENT, ...], format: csv | jsonl | ansible}'},
)

/** A fleet of hosts that all run the same service. */
export const receiversTarget = z
  .strictObject({
    hosts: list,
    columns: z
      .strictObject({
        id: column.default(COLUMNS.id),
        address: column.default(COLUMNS.address),
        port: column.default(COLUMNS.port),
        via: column.default(COLUMNS.via),
      })
      .prefault({})
      .meta({description: 'which columns of the list mean what; all of them are labels'}),
    user: z
      .string()
      .min(1)
      .meta({description: 'who signs in (default: as the ssh configuration says)'})
      .exactOptional(),
    identity: z.array(z.string().min(1)).min(1).meta({description: 'private key files'}).exactOptional(),
    keys: z
      .string()
      .min(1)
      .meta({description: 'known_hosts file with the pinned host keys; see redeye receivers keys import'})
      .default('receivers.keys'),
    bastions: z.record(name, ssh).default({}).meta({description: 'hosts that others are reached through'}),
    ssm: z
      .strictObject({
        account: name.meta({description: 'target of aws:, or environment'}),
        column: column.default('ssm').meta({description: 'has the id of the node: mi-... or i-...'}),
      })
      .meta({description: 'hosts that Systems Manager manages, for --via ssm'})
      .exactOptional(),
    service: z
      .string()
      .regex(/^[A-Za-z0-9:_.@\\-]+$/, {error: 'expected the name of a systemd unit'})
      .exactOptional(),
    cohorts: z.record(name, z.string().min(1)).default({}).meta({description: 'named selections'}),
    limits: z
      .strictObject({
        maxHosts: z.int().positive().exactOptional(),
        maxPercent: z.number().positive().max(100).exactOptional(),
      })
      .prefault({})
      .meta({description: 'what one change may touch without --override selection-size'}),
  })
  .meta({description: 'receivers: a fleet'})

export type ReceiversTarget = z.output<typeof receiversTarget>

/** As it is written in the inventory. */
export function showReceiversTarget({bastions, ...rest}: ReceiversTarget): z.input<typeof receiversTarget> {
  return {
    ...rest,
    bastions: Object.fromEntries(Object.entries(bastions).map(([at, one]) => [at, showSsh(one)])),
  }
}
